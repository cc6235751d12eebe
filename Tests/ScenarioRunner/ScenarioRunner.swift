internal import ArgumentParser
internal import CAgent
internal import Glibc
internal import Scenarios

/// Acts out every scenario on a device that some daemon serves.
@main
struct ScenarioRunner: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steve-scenarios",
        abstract: "Check on a real device what steve promises."
    )

    @Argument(help: "The device.")
    var path: String

    @Argument(help: "The daemon's control socket.")
    var socket: String

    @Option(help: "Only scenarios whose name contains TEXT.")
    var only: String = ""

    @Option(help: "How often a storm blows.")
    var rounds = 3

    @Option(help: "Multiply all time limits.")
    var slow = 1

    @Flag(help: .private)
    var agent = false

    func run() throws {
        if agent { becomeAgent() }
        let device = try KernelDevice(path: path, socket: socket, program: CommandLine.arguments[0])
        var (passed, failed) = (0, 0)
        for scenario in Scenario.all where only.isEmpty || scenario.description.contains(only) {
            do {
                try scenario.run(on: device, rounds: rounds, slow: slow)
                print("ok \(scenario)")
                passed += 1
            } catch {
                print("FAIL \(scenario): \(error)")
                failed += 1
            }
        }
        print("\(passed) passed, \(failed) failed")
        guard failed == 0, passed > 0 else { throw ExitCode(1) }
    }

    /// Here PATH is the runner's socket, SOCKET the device.
    private func becomeAgent() -> Never {
        // Safe: the agent lives as long as the process, and so do its copies.
        unsafe agent_live(strdup(path), strdup(socket))
    }
}
