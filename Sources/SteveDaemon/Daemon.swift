internal import Glibc
internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// The daemon: one thread, one event loop, and whoever hands out the tokens.
package final class Daemon {
    let configuration: Configuration
    var settings: Settings
    let loop: EventLoop
    let registry: ProcessRegistry
    let server: any TokenServer
    let startedAt = MonotonicTime.now
    var users: Users
    var gate: Gate
    private let signals: SignalDescriptor
    private let site: Site
    private var control: ControlServer?
    private var ending = Ending.no

    /// How far the daemon is on its way out.
    private enum Ending: Equatable {
        case no
        /// Nothing is granted any more; clients may finish until then.
        case draining(until: MonotonicTime)
        case now
    }

    /// Serves until a signal, or the last user's end, ends it.
    package static func run(_ configuration: Configuration) throws(DaemonError) {
        let daemon = try Daemon(configuration)
        defer { daemon.server.close() }
        try daemon.waitUntilReady()
        try daemon.publish()
        daemon.announce()
        daemon.serve()
    }

    /// Sets up all but what others see; `open` makes what hands out the tokens.
    init(
        _ configuration: Configuration,
        opening open: TokenServers.Opening = TokenServers.open
    ) throws(DaemonError) {
        self.configuration = configuration
        settings = configuration.settings
        site = try Site(configuration)
        do throws(Errno) {
            loop = try EventLoop()
            signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGUSR1])
            try loop.watch(signals.raw, for: .readable, key: EventSource.signals.key)
        } catch {
            throw .kernel(what: "cannot set up the event loop", error)
        }
        registry = ProcessRegistry(loop: loop)
        server = try open(settings, site, registry, loop)
        users = Users(endsWithUsers: configuration.endsWithUsers, at: .now)
        gate = Gate(settings)
    }

    /// The kernel makes the device when it has seen our answer to its first request.
    private func waitUntilReady() throws(DaemonError) {
        while !server.isReady {
            guard server.serve() else { throw .nameTaken(device: settings.deviceName.description) }
            if !server.isReady { _ = loop.wait(until: nil) }
        }
    }

    /// Lets clients and wrappers in.
    func publish() throws(DaemonError) {
        let access = PathAccess(settings)
        try server.publish(access)
        let control = try ControlServer(path: site.socketPath, access: access, loop: loop)
        control.delegate = self
        server.charged = { [unowned control] ticket in control.registered(ticket) }
        self.control = control
    }

    private func announce() {
        for warning in settings.warnings { Log.note("warning: \(warning)") }
        Log.note("serving \(settings.jobs) tokens at \(server.path) (\(server.backend.rawValue))")
        configuration.announceReady()
    }

    // MARK: The loop

    private func serve() {
        while ending != .now { turn() }
        server.failWaiters()
    }

    /// Waits for something to do, though not beyond `limit`, and does it.
    func turn(until limit: MonotonicTime? = nil) {
        let count = loop.wait(until: earlier(nextDeadline, limit)?.nanoseconds)
        for index in 0..<count { dispatch(loop.event(index)) }
        elapse(at: .now)
    }

    private func dispatch(_ event: (key: UInt64, interest: Interest)) {
        switch EventSource(key: event.key) {
        case .tokens:
            guard !server.serve() else { break }
            Log.note("\(server.path) is gone: the kernel has ended the connection")
            ending = .now
        case .signals:
            while let signal = signals.next() { received(signal) }
        case .listener: control?.accept()
        case .peer(let number): control?.serve(number)
        case .process(let pid): ended(pid)
        case nil: break
        }
    }

    private var nextDeadline: MonotonicTime? {
        let next = earlier(earlier(server.nextDeadline, users.deadline), gate.nextSample(server.demand))
        guard case .draining(let until) = ending else { return next }
        return earlier(next, until)
    }

    private func earlier(_ one: MonotonicTime?, _ other: MonotonicTime?) -> MonotonicTime? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    private func elapse(at now: MonotonicTime) {
        if let deadline = server.nextDeadline, deadline <= now { server.elapse(at: now) }
        if ending == .no, let tokens = gate.sample(server.demand, at: now) { server.admit(tokens) }
        if case .draining(let until) = ending, until <= now || server.demand.out == 0 { ending = .now }
        if let deadline = users.deadline, deadline <= now { endIfUnused(at: now) }
    }

    /// The last user has ended: so does the daemon, unless a client still works or a wrapper is just coming in.
    private func endIfUnused(at now: MonotonicTime) {
        guard !server.hasClients, control?.hasPeers != true, site.closeForWrappers() else {
            return users.lookAgain(at: now)
        }
        control?.accept()
        guard control?.hasPeers == true else { return ending = .now }
        site.reopenForWrappers()
        users.lookAgain(at: now)
    }

    private func ended(_ pid: Int32) {
        guard let process = registry[pid: pid], process.descriptor.hasEnded else { return }
        server.ended(process)
        users.ended(pid, lingerNanoseconds: settings.linger.nanoseconds, at: .now)
    }

    // MARK: Signals

    private func received(_ signal: CInt) {
        switch signal {
        case SIGTERM, SIGINT: stop()
        case SIGHUP: reload()
        case SIGUSR1: Log.note(StatusTable(report, width: .max).text)
        default: break
        }
    }

    private func stop() {
        guard ending == .no, settings.drain > .zero else {
            ending = .now
            return
        }
        server.stopGranting()
        ending = .draining(until: .now + settings.drain.nanoseconds)
        Log.note("granting no more tokens; ending when the last is back, or after \(settings.drain)")
    }

    private func reload() {
        do throws(ConfigurationError) {
            apply(try configuration.reload())
            Log.note("read the settings again")
        } catch {
            Log.note("\(error); nothing was changed")
        }
    }

    /// Takes over what may change while the daemon runs.
    func apply(_ changed: Settings) {
        settings = settings.takingLive(from: changed)
        server.change(to: Limits(settings))
        gate.change(to: settings)
    }
}
