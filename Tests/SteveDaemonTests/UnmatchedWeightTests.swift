import Scenarios
import Testing
import Wire

@testable import SteveDaemon

/// Weights whose pattern is legal and of no use.
@Suite(.serialized) struct UnmatchedWeightTests {
    @Test func isNamedUntilABuildHasHadIt() throws {
        let device = try PlayedDevice { $0.weights = ["*=2", "no-such/*=2"] }
        #expect(device.daemon.registry.unmatchedPatterns == ["*", "no-such/*"])
        let stage = try Stage(device)
        try stage.take(1, by: stage.player())
        #expect(device.daemon.registry.unmatchedPatterns == ["no-such/*"])
    }
}
