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

    /// The device's name.
    ///
    /// A name that cannot be one is found here and not by a validation of the group: ArgumentParser answers
    /// what fails there by its help, and success, where a wrapped command has a `--help` among its words.
    func name(in environment: [String: String]) throws -> DeviceName {
        guard let device else {
            do throws(SettingError) {
                return try DeviceChoice.name([], environment: environment)
            } catch {
                throw ValidationError("\(error)")
            }
        }
        // Its path, as status says it, will do too.
        guard let name = DeviceName(device.hasPrefix("/dev/") ? String(device.dropFirst(5)) : device) else {
            throw ValidationError("--device: \"\(device)\" is not \(DeviceName.rule)")
        }
        return name
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
    /// 69 if there is no daemon to talk to, 1 if it refused.
    fileprivate var exitCode: ExitCode {
        switch self {
        case .refused, .badName, .busy: .failure
        case .noDaemon, .cannotConnect, .untrusted, .badPath, .ended, .noAnswer, .malformed, .otherProtocol:
            ExitCode(69)
        }
    }
}

/// Tells people a sentence.
func say(_ sentence: String) {
    StandardError.write("\(SteveControl.invokedName): \(sentence)\n")
}
