import Glibc
import Scenarios
import Testing

/// What the device promises, tested with the whole daemon behind a fake kernel.
@Suite(.serialized) struct PlayedScenarioTests {
    @Test(arguments: Scenario.all.filter { !$0.needsRoot })
    func promiseIsKept(_ scenario: Scenario) throws { try play(scenario) }

    @Test(
        .enabled(if: geteuid() == 0, "needs root: makes a PID namespace"),
        arguments: Scenario.all.filter(\.needsRoot)
    )
    func promiseIsKeptToRootsClients(_ scenario: Scenario) throws { try play(scenario) }

    private func play(_ scenario: Scenario) throws {
        let device = try PlayedDevice()
        try scenario.run(on: device)
        #expect(device.violations.isEmpty)
    }
}
