internal import ArgumentParser
internal import Linux
internal import SteveClient
internal import Wire

/// Which daemon a command talks to.
struct DaemonOption: ParsableArguments {
    @Option(
        name: [.customLong("device"), .customLong("dev-name")],
        help: "Ask the daemon of /dev/NAME (default: steve)."
    )
    var device: String?

    func validate() throws {
        do {
            _ = try DeviceChoice.name(assignments, environment: Environment.current)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private var assignments: [SettingAssignment] {
        guard let device else { return [] }
        // Its path, as status says it, will do too.
        let name = device.hasPrefix("/dev/") ? String(device.dropFirst(5)) : device
        return [SettingAssignment("dev-name", name, from: .option)]
    }

    /// The device's name.
    func name(in environment: [String: String]) throws -> DeviceName {
        try DeviceChoice.name(assignments, environment: environment)
    }

    /// Asks the daemon, or says why that cannot be done and ends, with `status` if there is one.
    func ask<Answer>(
        failingWith status: ExitCode? = nil,
        _ question: (inout ControlConnection) throws(ControlFailure) -> Answer
    ) throws -> Answer {
        let environment = Environment.current
        let name = try name(in: environment)
        do throws(ControlFailure) {
            var connection = try ControlConnection(name, environment: environment)
            return try question(&connection)
        } catch {
            say("\(error)")
            throw status ?? error.exitCode
        }
    }
}

extension ControlFailure {
    /// 69 when there is no daemon to talk to, 1 when it said no.
    fileprivate var exitCode: ExitCode {
        switch self {
        case .refused, .badName: .failure
        case .noDaemon, .cannotConnect, .untrusted, .ended, .noAnswer, .malformed, .otherProtocol:
            ExitCode(69)
        }
    }
}

/// Tells people a sentence.
func say(_ sentence: String) {
    StandardError.write("\(SteveControl.invokedName): \(sentence)\n")
}
