import Scenarios
import Testing

/// What the device promises, with the whole daemon behind a fake kernel.
@Suite(.serialized) struct PlayedScenarioTests {
    @Test(arguments: Scenario.all)
    func promiseIsKept(_ scenario: Scenario) throws {
        let device = try PlayedDevice()
        try scenario.run(on: device)
        #expect(device.violations.isEmpty)
    }
}
