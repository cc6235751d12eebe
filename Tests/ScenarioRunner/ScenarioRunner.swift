internal import ArgumentParser
internal import CAgent
internal import Glibc
internal import Scenarios
internal import SystemPackage

/// Acts out every scenario on a device that a daemon serves.
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
            let start = ContinuousClock.now
            do {
                try scenario.run(on: device, rounds: rounds, slow: slow)
                say("ok \(scenario) (\((ContinuousClock.now - start).formatted))")
                passed += 1
            } catch {
                say("FAIL \(scenario): \(error)")
                failed += 1
            }
        }
        say("\(passed) passed, \(failed) failed")
        guard failed == 0, passed > 0 else { throw ExitCode(1) }
    }

    /// Prints a line at once, also into a pipe.
    private func say(_ line: String) {
        _ = try? FileDescriptor.standardOutput.writeAll("\(line)\n".utf8)
    }

    /// Becomes an agent: here PATH is the runner's socket and SOCKET the device.
    private func becomeAgent() -> Never {
        // Safe: the agent lives as long as the process, and so do its copies.
        unsafe agent_live(strdup(path), strdup(socket))
    }
}

extension Duration {
    /// The duration in whole milliseconds.
    fileprivate var formatted: String {
        "\(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) ms"
    }
}
