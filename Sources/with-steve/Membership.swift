internal import Linux
internal import Options
internal import Reports
internal import SteveClient
internal import Wire

/// This process as a user of a daemon, while the connection is open, and after that as long as the process
/// lives.
struct Membership: ~Copyable {
    private(set) var connection: ControlConnection
    private let launcher: DaemonLauncher
    private let isOurs: Bool
    private let hasSlot: Bool

    /// Joins the daemon that runs, else starts one; charged with a token unless the caller runs under it
    /// already.
    init(
        _ options: [SettingAssignment],
        _ environment: [String: String],
        log: String?,
        wantsSlot: Bool
    ) throws(LaunchFailure) {
        let request = DaemonRequest(options)
        let launcher = try Self.launcher(options, request, environment, log: log)
        let attached = try launcher.attach()
        let isOurs = attached.isNew
        attached.notes.forEach(say)
        var connection = attached.detached()
        let hasSlot = wantsSlot && !Launch.isNested(environment, path: connection.path)
        do throws(ControlFailure) {
            try connection.checkPath()
            if !isOurs { try Self.warn(request, &connection) }
            try connection.register(
                slot: hasSlot,
                whileWaiting: { if Terminal.width(of: 2) != nil { say("waiting for a free token") } },
                whenLong: { say($0.reasonToWait(seconds: ControlConnection.longSeconds)) }
            )
        } catch {
            throw .control(error)
        }
        self.launcher = launcher
        self.connection = consume connection
        self.isOurs = isOurs
        self.hasSlot = hasSlot
    }

    /// What the Portage that these words run has to find in its environment.
    mutating func portageNeeds(_ words: [String], _ environment: [String: String]) -> PortageNeeds? {
        guard let program = CommandChain(words).command.first, let report = try? connection.status() else {
            return nil
        }
        return PortageQuestion.needs(of: program, environment, tokens: max(1, report.limit))
    }

    /// The object that looks after the daemon from now on.
    consuming func keeper() -> DaemonKeeper {
        let (launcher, isOurs, hasSlot) = (launcher, isOurs, hasSlot)
        return DaemonKeeper(launcher, connection, isOurs: isOurs, hasSlot: hasSlot)
    }

    private static func launcher(
        _ options: [SettingAssignment],
        _ request: DaemonRequest,
        _ environment: [String: String],
        log: String?
    ) throws(LaunchFailure) -> DaemonLauncher {
        do throws(SettingError) {
            let name = try DeviceChoice.name(options, environment: environment)
            let start = DaemonStart(
                DaemonStart.program,
                name: name,
                options: request.options,
                environment: environment,
                log: log
            )
            return DaemonLauncher(name, environment: environment, daemon: start)
        } catch {
            throw .setting(error)
        }
    }

    private static func warn(
        _ request: DaemonRequest,
        _ connection: inout ControlConnection
    ) throws(ControlFailure) {
        guard !request.options.isEmpty else { return }
        let warning = request.warning(running: try connection.settings(), backend: connection.backend)
        if let warning { say(warning) }
    }
}
