internal import ArgumentParser
internal import Linux
internal import Options
internal import SteveClient
internal import Wire

/// What this program does when it is started as stevie.
struct Stevie: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stevie",
        abstract: "Ask and change a running steve, or run a command with a token of it.",
        usage: "stevie [--device NAME] [<question or change> ...] [[--] <command> ...]",
        discussion: """
            Questions, each answered by one line: --get-tokens (-t), --get-jobs, --get-min-jobs, --get-load-average, \
            --get-load-recheck-timeout, --get-min-memory-avail, --get-per-process-limit; -1 is no limit. Changes: \
            --set-jobs N and so on. For what is new see stevectl(1).
            """,
        version: "stevie \(Version.number)"
    )

    @OptionGroup
    var daemon: DaemonOption

    @Argument(parsing: .captureForPassthrough, help: "Options, and the command with its arguments.")
    var words: [String] = []

    func validate() throws {
        switch words.first {
        case "--help", "-h": throw CleanExit.helpRequest(self)
        case "--version", "-V": throw CleanExit.message(Self.configuration.version)
        default: break
        }
        do throws(StevieError) {
            _ = try StevieLine(words)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        let line = try StevieLine(words)
        if !line.steps.isEmpty {
            try daemon.ask { (connection) throws(ControlFailure) in
                for step in line.steps { try perform(step, &connection) }
            }
        }
        guard !line.command.isEmpty else { return }
        throw try daemon.run(WrappedCommand(captured: line.command), keepsJobs: true)
    }

    private func perform(
        _ step: StevieLine.Step,
        _ connection: inout ControlConnection
    ) throws(ControlFailure) {
        switch step {
        case .tokens: try answer("\(try connection.status().free)")
        case .get(let name):
            let value = try connection.settings()[name] ?? ""
            // A script that was written for the steve in C++ reads a number here.
            let floor = value == "auto" ? try connection.status().memory.limit : nil
            try answer(StevieLine.text(of: name, floor.map { "\(Int($0.rounded(.up)))" } ?? value))
        case .set(let name, let text): try connection.set([name: StevieLine.value(text, for: name)])
        }
    }

    private func answer(_ text: String) throws(ControlFailure) {
        do throws(StandardOutput.Failure) {
            try StandardOutput.write("\(text.printable)\n")
        } catch {
            throw .refused("\(error)")
        }
    }
}
