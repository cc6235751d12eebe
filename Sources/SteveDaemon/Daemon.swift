internal import Glibc
internal import Jobserver
internal import Linux
internal import SystemPackage
package import Wire

/// The daemon: one thread, one event loop, and whoever hands out the tokens.
package final class Daemon {
    let configuration: Configuration
    var settings: Settings
    let loop: EventLoop
    let registry: ProcessRegistry
    let startedAt = MonotonicTime.now
    let signals: SignalDescriptor
    let site: Site
    let server: any TokenServer
    let control: ControlServer
    var users = Users()
    var gate: Gate
    private var ending = Ending.no

    /// Where the daemon stands on its way out.
    private enum Ending: Equatable {
        case no
        /// Nothing is granted any more; clients may finish until then.
        case draining(until: MonotonicTime)
        case now
    }

    /// Serves until a signal, or the last user's end, ends it.
    package static func run(_ configuration: Configuration) throws(DaemonError) {
        let daemon = try Daemon(configuration)
        try daemon.waitUntilReady()
        try daemon.site.publish(daemon.server, daemon.settings)
        try daemon.settleIn()
        daemon.serve()
        daemon.site.clear()
    }

    private init(_ configuration: Configuration) throws(DaemonError) {
        self.configuration = configuration
        settings = configuration.settings
        site = try Site(configuration)
        do throws(Errno) {
            loop = try EventLoop()
            signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGUSR1])
            signal(SIGPIPE, SIG_IGN)
            try loop.watch(signals.raw, for: .readable, key: EventSource.signals.key)
        } catch {
            throw .kernel(what: "cannot set up the event loop", error)
        }
        registry = ProcessRegistry(loop: loop)
        server = try site.openServer(settings, registry, loop)
        control = try ControlServer(site: site, settings: settings, loop: loop)
        gate = Gate(settings)
        control.delegate = self
        server.charged = { [unowned self] ticket in control.registered(ticket) }
    }

    /// The kernel makes the node when it has seen our answer to its first request.
    private func waitUntilReady() throws(DaemonError) {
        while !server.isReady {
            guard server.serve() else { throw .nameTaken(device: settings.deviceName.description) }
            if !server.isReady { _ = loop.wait(until: nil) }
        }
    }

    private func settleIn() throws(DaemonError) {
        try site.dropPrivileges(settings)
        Log.note("serving \(settings.jobs) tokens at \(server.path) (\(server.backend.rawValue))")
        configuration.announceReady()
    }

    // MARK: The loop

    private func serve() {
        admit(at: .now)
        while ending != .now {
            let count = loop.wait(until: nextDeadline?.nanoseconds)
            for index in 0..<count { dispatch(loop.event(index)) }
            elapse(at: .now)
        }
        server.failWaiters()
    }

    private func dispatch(_ event: (key: UInt64, interest: Interest)) {
        switch EventSource(key: event.key) {
        case .tokens:
            guard !server.serve() else { break }
            Log.note("\(server.path) is gone: the kernel ended the connection")
            ending = .now
        case .signals:
            while let number = signals.next() { received(number) }
        case .listener: control.accept()
        case .peer(let number): control.serve(number, event.interest)
        case .process(let pid): ended(pid)
        case nil: break
        }
    }

    private var nextDeadline: MonotonicTime? {
        var deadlines = [server.nextDeadline, users.deadline, gate.nextSample(server.demand)]
        if case .draining(let until) = ending { deadlines.append(until) }
        return deadlines.compactMap(\.self).min()
    }

    private func elapse(at now: MonotonicTime) {
        if let deadline = server.nextDeadline, deadline <= now { server.elapse(at: now) }
        admit(at: now)
        if case .draining(let until) = ending, until <= now || server.demand.out == 0 { ending = .now }
        if users.mayEnd(at: now, hasClients: server.hasClients), site.mayEnd() { ending = .now }
    }

    private func admit(at now: MonotonicTime) {
        guard ending == .no, let tokens = gate.sample(server.demand, at: now) else { return }
        server.admit(tokens)
    }

    private func ended(_ pid: Int32) {
        guard let process = registry[pid: pid], process.descriptor.hasEnded else { return }
        server.ended(process)
        users.ended(pid, linger: settings.linger, at: .now)
        control.forgetRegistration(of: pid)
    }

    // MARK: Signals

    private func received(_ signal: CInt) {
        switch signal {
        case SIGTERM, SIGINT: stop()
        case SIGHUP: reload()
        case SIGUSR1: Log.note(StatusTable.text(report))
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
    }

    private func reload() {
        do {
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
        admit(at: .now)
    }
}
