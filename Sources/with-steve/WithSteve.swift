internal import ArgumentParser
internal import Linux
internal import Options
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// The command line that runs another one under steve.
@main
struct WithSteve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "with-steve",
        abstract: "Run a command, and all that it starts, under one jobserver.",
        usage: "with-steve [<options>] [--] <command> ...",
        discussion: """
            Uses the steve that runs, else starts one that ends with its last user. The command takes this process' \
            place: its signals, its terminal and its exit status are its own. Exit status 125: with-steve failed; \
            126: the command cannot be run; 127: there is no such command. See with-steve(1).
            """,
        version: "with-steve \(Version.number)"
    )

    @Flag(help: "Leave -jN where it would switch the jobserver off.")
    var keepJ = false

    @Flag(
        help:
            "Stay as the command's parent: pass signals on, reap orphans, register again after a takeover."
    )
    var supervise = false

    @Flag(help: "The same, and say at the end what the run came to.")
    var summary = false

    @Flag(help: "Run nothing; print the environment for a shell's eval.")
    var printEnvironment = false

    @Option(
        help: "Let a daemon that is started write its log to FILE (default: standard error).",
        completion: .file()
    )
    var log: String?

    @Option(
        help: ArgumentHelp("Let other machines do up to N compiles at once: see steve-cc(1).", valueName: "N")
    )
    var fleet: Int?

    @OptionGroup(title: "Settings of the daemon, if one is started")
    var settings: SettingOptions

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.", completion: .file())
    var command: [String] = []

    static func main() { runSayingErrorsInOneLine() }

    func validate() throws {
        // Words are captured as they come, these among them.
        switch command.first {
        case "--help", "-h": throw CleanExit.helpRequest(self)
        case "--version": throw CleanExit.message(Self.configuration.version)
        default: break
        }
        try settings.check()
        do {
            _ = try DeviceChoice.name(settings.assignments, environment: Environment.current)
        } catch {
            throw ValidationError("\(error)")
        }
        if let fleet, !(1...65536).contains(fleet) {
            throw ValidationError("--fleet \(fleet): from 1 to 65536")
        }
        guard !printEnvironment || !WrappedCommand(captured: command).words.isEmpty else { return }
        try WrappedCommand.validate(captured: command)
    }

    func run() throws {
        let environment = Environment.current
        // While it waits for its token: later it passes them on.
        if FirstProcess.isThis { FirstProcess.endBySignals() }
        var membership: Membership
        do throws(LaunchFailure) {
            let isJob = !printEnvironment && Launch.isJob(WrappedCommand(captured: command).words)
            membership = try Membership(settings.assignments, environment, log: log, wantsSlot: isJob)
        } catch {
            say("\(error)")
            throw ExitCode(125)
        }
        let path = membership.connection.path
        let wrapped = WrappedCommand(captured: command)
        var launch = Launch(
            command: wrapped.words,
            environment: Environment.values,
            path: path,
            keepsJobs: keepJ,
            portage: { membership.portageNeeds(wrapped.words, environment) }
        )
        try join(&launch, environment, membership.connection.backend)
        if printEnvironment { return try printOut(Escaping.exports(launch.environment)) }
        launch.notes.forEach(say)
        if let warning = ClientCheck.warning(
            wrapped.words,
            membership.connection.backend,
            path: environment["PATH"] ?? ""
        ) {
            say(warning)
        }
        let program = wrapped.program(launch)
        throw isSupervising ? supervised(program, membership) : failed(program.replaceThisProcess())
    }

    /// Tells the command about the fleet, if there is one.
    private func join(_ launch: inout Launch, _ environment: [String: String], _ backend: Backend) throws {
        guard let fleet else { return }
        do throws(LaunchFailure) {
            let pool = try Fleet(jobs: fleet, beside: settings, environment, log: log)
            launch.environment.merge(pool.changes) { $1 }
            pool.warnings(ownBackend: backend, environment).forEach(say)
        } catch {
            say("the fleet's pool: \(error)")
            throw ExitCode(125)
        }
    }

    /// Whether this process stays: if it is the first process, nobody else reaps orphans.
    private var isSupervising: Bool { supervise || summary || FirstProcess.isThis }

    /// Stays as the parent of the program until it has ended.
    private func supervised(_ program: Program, _ membership: consuming Membership) -> ExitCode {
        let daemon = membership.keeper()
        let supervisor: Supervisor
        do throws(Errno) {
            supervisor = try Supervisor(daemon)
        } catch {
            say("cannot supervise: \(error)")
            return ExitCode(125)
        }
        defer { supervisor.finish() }
        let start = MonotonicClock.nowNanoseconds
        do throws(Errno) {
            let end = try supervisor.run(program)
            let seconds = Double(MonotonicClock.nowNanoseconds - start) / 1e9
            if summary { say(daemon.summary(seconds: seconds).text) }
            return ExitCode(end.shellStatus)
        } catch {
            return failed(error)
        }
    }

    private func printOut(_ text: [UInt8]) throws {
        do throws(StandardOutput.Failure) {
            try StandardOutput.write(bytes: text)
        } catch {
            say("\(error)")
            throw ExitCode(125)
        }
    }

    private func failed(_ errno: Errno) -> ExitCode {
        let failure = WrappedCommand(captured: command).failure(errno)
        say(failure.sentence)
        return failure.status
    }
}

/// Tells people a sentence.
func say(_ sentence: String) {
    StandardError.write("with-steve: \(sentence)\n")
}
