internal import ArgumentParser
internal import Linux
internal import Options
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// `stevectl limit`: stricter limits while a command or a process lives, however it ends.
struct LimitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Hold to stricter limits as long as a command or a process lives.",
        usage: """
            stevectl limit [<options>] [--] <command> ...
            stevectl limit [<options>] --while-pid <pid>
            stevectl limit --list
            stevectl limit --drop <pid|all>
            """,
        discussion: """
            Of all limits that are live, and of what the daemon was set to, the strictest holds. Who is not root may \
            name only a process of the own user, and drop only what this user asked for. The command takes this \
            process' place; exit status 125: stevectl failed; 126: the command cannot be run; 127: there is no \
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

    @Flag(help: "Run nothing: list the limits that hold.")
    var list = false

    @Option(
        help: ArgumentHelp(
            "Run nothing: lift the limits of that process' life, or all that you may.",
            valueName: "pid|all"
        )
    )
    var drop: DroppedLimits?

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.", completion: .file())
    var command: [String] = []

    func validate() throws {
        try answerForItself(command)
        if list || drop != nil {
            guard command.isEmpty, whilePid == nil, limits.values.isEmpty, !(list && drop != nil) else {
                throw ValidationError("--list and --drop stand alone")
            }
            return
        }
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
        if list { return try showLimits() }
        if let drop {
            return try daemon.ask { (connection) throws(ControlFailure) in
                try connection.dropLimits(whileLives: drop.pid)
            }
        }
        let values = limits.values
        try daemon.ask(failingWith: whilePid == nil ? ExitCode(125) : nil) {
            (connection) throws(ControlFailure) in try connection.limit(values, whileLives: whilePid)
        }
        if whilePid == nil { throw WrappedCommand(captured: command).takeOver() }
    }
}

extension LimitCommand {
    private func showLimits() throws {
        let report = try daemon.ask { (connection) throws(ControlFailure) in try connection.status() }
        try StandardOutput.write(report.limits.map { "\($0.text.printable)\n" }.joined())
    }
}

/// Which limits are to be lifted.
enum DroppedLimits: ExpressibleByArgument {
    case all
    case process(Int32)

    init?(argument: String) {
        guard argument != "all" else {
            self = .all
            return
        }
        guard let pid = Int32(argument), pid > 0 else { return nil }
        self = .process(pid)
    }

    /// Nil: of every process.
    var pid: Int32? {
        switch self {
        case .all: nil
        case .process(let pid): pid
        }
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
