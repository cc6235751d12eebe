import Scenarios
import Testing
import Wire

@testable import SteveDaemon

/// Weights with a legal pattern that matches no build.
@Suite(.serialized) struct UnmatchedWeightTests {
    @Test func isNamedUntilABuildHasHadIt() throws {
        let device = try PlayedDevice { $0.weights = ["*=2", "no-such/*=2"] }
        #expect(device.daemon.registry.unmatchedPatterns == ["*", "no-such/*"])
        let stage = try Stage(device)
        try stage.take(1, by: stage.player())
        #expect(device.daemon.registry.unmatchedPatterns == ["no-such/*"])
    }
}
