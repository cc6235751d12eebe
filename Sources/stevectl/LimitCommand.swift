internal import ArgumentParser
internal import Linux
internal import Options
internal import SteveClient
internal import SystemPackage
internal import Wire

/// `stevectl limit`: stricter limits as long as a command or a process lives, whatever its end.
struct LimitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Hold to stricter limits as long as a command or a process lives.",
        usage: """
            stevectl limit [<options>] [--] <command> ...
            stevectl limit [<options>] --while-pid <pid>
            """,
        discussion: """
            Of all limits that are live, and of what the daemon was set to, the strictest holds. The command takes \
            this process' place; exit status 125: stevectl failed; 126: the command cannot be run; 127: there is no \
            such command.
            """
    )

    @OptionGroup
    var daemon: DaemonOption

    @OptionGroup(title: "Limits")
    var limits: LimitOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Run nothing: limit as long as that process lives.", valueName: "pid")
    )
    var whilePid: Int32?

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.", completion: .file())
    var command: [String] = []

    func validate() throws {
        try answerForItself(command)
        if let whilePid {
            guard whilePid > 0 else { throw ValidationError("--while-pid: \(whilePid) is no process") }
            guard command.isEmpty else { throw ValidationError("--while-pid runs no command") }
        } else if command.isEmpty {
            throw ValidationError("there is no command to run, and no --while-pid")
        } else {
            try WrappedCommand.validate(captured: command)
        }
        try limits.check()
    }

    func run() throws {
        let values = limits.values
        try daemon.ask(failingWith: whilePid == nil ? ExitCode(125) : nil) {
            (connection) throws(ControlFailure) in try connection.limit(values, whileLives: whilePid)
        }
        if whilePid == nil { throw WrappedCommand(captured: command).takeOver() }
    }
}

extension ParsableCommand {
    /// Help or the version where these are the words that were captured for a command: they are ours then.
    func answerForItself(_ words: [String]) throws {
        switch words.first {
        case "--help", "-h": throw CleanExit.helpRequest(self)
        case "--version": throw CleanExit.message(SteveControl.configuration.version)
        default: break
        }
    }
}

extension WrappedCommand {
    /// Makes this process the command; returns only when that fails, the exit status for it.
    func takeOver(_ launch: Launch? = nil) -> ExitCode {
        let failure = failure(program(launch).replaceThisProcess())
        say(failure.sentence)
        return failure.status
    }
}
