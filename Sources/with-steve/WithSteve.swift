internal import ArgumentParser
internal import Linux
internal import Options
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

    @Flag(help: "Run nothing; print the environment for a shell's eval.")
    var printEnvironment = false

    @Option(help: "Let a daemon that is started write its log to FILE (default: standard error).")
    var log: String?

    @OptionGroup(title: "Settings of the daemon, if one is started")
    var settings: SettingOptions

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.")
    var command: [String] = []

    static func main() { runSayingErrorsInOneLine() }

    func validate() throws {
        // Words are captured as they come, these among them.
        switch command.first {
        case "--help", "-h": throw CleanExit.helpRequest(self)
        case "--version": throw CleanExit.message(Self.configuration.version)
        default: break
        }
        do {
            _ = try DeviceChoice.name(settings.assignments, environment: Environment.current)
        } catch {
            throw ValidationError("\(error)")
        }
        if command.first != "--", let option = command.first, option.hasPrefix("-") {
            throw ValidationError("there is no option '\(option.printable)'")
        }
        guard printEnvironment || !words.isEmpty else { throw ValidationError("there is no command to run") }
    }

    func run() throws {
        let environment = Environment.current
        let jobserver: Membership
        do throws(LaunchFailure) {
            jobserver = try join(environment)
        } catch {
            say("\(error)")
            throw ExitCode(125)
        }
        let launch = Launch(command: words, environment: environment, path: jobserver.path, keepsJobs: keepJ)
        if printEnvironment { return print(ShellText.exports(launch.environment), terminator: "") }
        launch.notes.forEach(say)
        if let warning = NinjaCheck.warning(words, jobserver.backend) { say(warning) }
        throw become(launch)
    }

    /// The command without the `--` before it.
    private var words: [String] { command.first == "--" ? Array(command.dropFirst()) : command }

    /// Makes this process a user of the daemon, charged with a token unless the caller runs under it already.
    private func join(_ environment: [String: String]) throws(LaunchFailure) -> Membership {
        let request = DaemonRequest(settings.assignments)
        var attached = try launcher(request, environment).attach()
        do throws(ControlFailure) {
            if !attached.isNew { try warn(request, &attached.connection) }
            let isNested = Launch.isNested(environment, path: attached.connection.path)
            try attached.connection.register(slot: !isNested && !printEnvironment) {
                if Terminal.width(of: 2) != nil { say("waiting for a free token") }
            }
        } catch {
            throw .control(error)
        }
        return Membership(path: attached.connection.path, backend: attached.connection.backend)
    }

    private func launcher(_ request: DaemonRequest, _ environment: [String: String]) throws(LaunchFailure)
        -> DaemonLauncher
    {
        do throws(SettingError) {
            let name = try DeviceChoice.name(settings.assignments, environment: environment)
            let start = DaemonStart(DaemonStart.program, options: request.options, log: log)
            return DaemonLauncher(name, environment: environment, daemon: start)
        } catch {
            throw .setting(error)
        }
    }

    private func warn(_ request: DaemonRequest, _ connection: inout ControlConnection) throws(ControlFailure)
    {
        guard !request.options.isEmpty else { return }
        let warning = request.warning(running: try connection.settings(), backend: connection.backend)
        if let warning { say(warning) }
    }

    /// Makes this process the command; returns only when that cannot be done.
    private func become(_ launch: Launch) -> ExitCode {
        // Byte for byte: what ArgumentParser gives has been through String.
        let own = Program.ownWords.suffix(words.count)
        let words = launch.words.map { word in
            switch word {
            case .original(let index): own[own.startIndex + index]
            case .replaced(let text): Array(text.utf8)
            }
        }
        let program = Program(words: words, environment: Environment.entries(setting: launch.environment))
        let errno = program.replaceThisProcess()
        say("\(self.words[0].printable): \(errno)")
        return errno == .noSuchFileOrDirectory ? ExitCode(127) : ExitCode(126)
    }

    private func say(_ sentence: String) {
        StandardError.write("with-steve: \(sentence)\n")
    }
}

/// The jobserver that this process has joined.
private struct Membership {
    var path: String
    var backend: Backend
}
