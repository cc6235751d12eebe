internal import ArgumentParser
internal import Linux
internal import Options
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// `stevectl run`: a command that holds one token as long as it lives.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Take a token, and run a command under the jobserver with it.",
        usage: "stevectl run [<options>] [--] <command> ...",
        discussion: """
            The token is charged to this process, whose place the command takes, and comes back at its end. Unlike \
            with-steve it starts no daemon, and takes a token of its own also below another client. Exit status 125: \
            stevectl failed; 126: the command cannot be run; 127: there is no such command.
            """
    )

    @OptionGroup
    var daemon: DaemonOption

    @Flag(help: "Leave -jN where it would switch the jobserver off.")
    var keepJ = false

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.", completion: .file())
    var command: [String] = []

    func validate() throws {
        try answerForItself(command)
        try WrappedCommand.validate(captured: command)
    }

    func run() throws {
        throw try daemon.run(WrappedCommand(captured: command), keepsJobs: keepJ)
    }
}

extension DaemonOption {
    /// Takes a token for this process and makes it the command; returns only when that fails, the exit status
    /// for it.
    func run(_ wrapped: WrappedCommand, keepsJobs: Bool) throws -> ExitCode {
        let (path, limit) = try ask(failingWith: ExitCode(125)) { (connection) throws(ControlFailure) in
            try connection.checkPath()
            try connection.register(
                slot: Launch.isJob(wrapped.words),
                whileWaiting: { if Terminal.width(of: 2) != nil { say("waiting for a free token") } },
                whenLong: { say($0.reasonToWait(seconds: ControlConnection.longSeconds)) }
            )
            return (connection.path, try connection.status().limit)
        }
        let launch = Launch(
            command: wrapped.words,
            environment: Environment.values,
            path: path,
            keepsJobs: keepsJobs
        ) {
            CommandChain(wrapped.words).command.first.map {
                PortageQuestion.needs(of: $0, Environment.current, tokens: max(1, limit))
            }
        }
        launch.notes.forEach(say)
        return wrapped.takeOver(launch)
    }
}
