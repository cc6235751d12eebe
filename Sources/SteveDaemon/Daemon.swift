internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// The server: one thread, one event loop, and the token server.
///
/// If another server ended before, this one continues where that one was.
package final class Daemon {
    let configuration: Configuration
    /// The settings that were configured or set, without the limits of `stevectl limit`.
    var settings: Settings
    /// The same where limits for a while are stricter.
    private(set) var inForce: Settings
    var limits = LiveLimits()
    var machine = MachineLook()
    let loop: EventLoop
    let registry: ProcessRegistry
    let server: any TokenServer
    let startedAt: MonotonicTime
    var users: Users
    let gate: Gate
    /// Nil: the learnt sizes of jobs are not stored.
    var sizeStore: SizeStore?
    /// The group whose members may change settings; nil: there is none.
    let governors: UInt32?
    /// As at the start, or when the settings were last read.
    var hiding = ProcHiding()
    private let signals: SignalDescriptor
    /// Nil once it has ended, or if it cannot be watched.
    var keeper: ProcessDescriptor?
    var isOrphan = false
    /// It has been said that no other server could go on from the ledger.
    var isTooMuch = false
    let site: Site
    let account: UserAccount?
    /// What it gave up when it began to serve.
    var confinement: StatusReport.Confinement?
    private(set) var control: ControlServer?
    var ending = Ending.no
    /// A signal has asked it to end while others than its starter's were registered.
    var isToldToEnd = false
    /// The control group that it was started in.
    let startGroup = ProcFS.startCgroup

    /// How far the daemon is on its way out.
    enum Ending: Equatable {
        case no
        /// Nothing is granted any more; clients may finish until then.
        case draining(until: MonotonicTime)
        case now
    }

    /// Serves what the keeper has until a signal, or the last user's end, ends it; `isReady` is called when
    /// clients can come.
    static func serve(
        _ configuration: Configuration,
        _ estate: Estate,
        isReady: () -> Void
    ) throws(DaemonError) {
        let ledger = estate.ledger
        ledger.lock()
        ledger.recover()
        let isTakingOver = ledger[.startedAt] != 0
        let daemon = try Daemon(configuration, estate.site, ledger) { servers throws(DaemonError) in
            try servers.serve(estate.path, isTakingOver: isTakingOver)
        }
        if isTakingOver { daemon.takeOver() }
        try daemon.waitUntilReady()
        try daemon.publish(estate.sharedListener)
        daemon.announce(isTakingOver: isTakingOver)
        isReady()
        daemon.watchKeeper()
        Heap.forgetStart()
        daemon.confine()
        daemon.serve()
    }

    /// Sets up all but what others see; `open` makes what hands out the tokens.
    init(
        _ configuration: Configuration,
        _ site: Site,
        _ ledger: ServerLedger,
        opening open: (TokenServers) throws(DaemonError) -> any TokenServer
    ) throws(DaemonError) {
        self.configuration = configuration
        // What was set while another server served; its names and values were checked then.
        settings = (try? configuration.settings.changing(ledger.liveSettings)) ?? configuration.settings
        limits.restore(ledger.leases { ledger.lives($0) })
        inForce = limits.applied(to: settings)
        account = try Self.account(configuration.settings)
        governors = try Self.governors(configuration.settings)
        self.site = site
        if ledger[.startedAt] == 0 { ledger[.startedAt] = UInt64(bitPattern: MonotonicTime.now.nanoseconds) }
        startedAt = MonotonicTime(nanoseconds: Int64(bitPattern: ledger[.startedAt]))
        do throws(Errno) {
            loop = try EventLoop()
            signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGUSR1])
            try loop.watch(signals.raw, for: .readable, key: EventSource.signals.key)
        } catch {
            throw .kernel(what: "cannot set up the event loop", error)
        }
        if EventLoop.isCoarse, ledger[.takeovers] == 0 {
            Log.note(
                "epoll_pwait2 is refused here, by an old kernel or a sandbox: times are kept to a millisecond"
            )
        }
        registry = ProcessRegistry(settings, loop: loop, ledger: ledger)
        gate = Gate(
            inForce,
            knownParent: { [registry] in registry.parent(of: $0) },
            package: { [registry] in registry.package(of: $0) }
        )
        server = try open(TokenServers(inForce, site, registry, gate, loop))
        users = Users(endsWithUsers: configuration.endsWithUsers, at: .now)
        inForce = bounded(inForce)
    }

    /// The kernel makes the device when it has seen our answer to its first request.
    private func waitUntilReady() throws(DaemonError) {
        while !server.isReady {
            guard server.serve() else { throw .nameTaken(device: settings.deviceName.description) }
            if !server.isReady { _ = loop.wait(until: nil) }
        }
    }

    /// Lets clients and wrappers in.
    func publish(_ listener: consuming UnixListener) throws(DaemonError) {
        try server.publish(PathAccess(settings))
        let greeting = ControlGreeting(path: server.path, backend: server.backend)
        control = try ControlServer(listener, path: site.socketPath, greeting: greeting, loop: loop)
        sizeStore = SizeStore(site, environment: configuration.environment)
        if let account {
            if settings.minMemoryAvail != nil { sizeStore?.give(to: account) }
            try become(account)
        }
        if settings.minMemoryAvail != nil { sizeStore?.open(into: &gate.sizes) }
    }

    /// Root is needed to open /dev/cuse, to make the node and to give it away, and for nothing after that.
    private func become(_ user: UserAccount) throws(DaemonError) {
        do throws(Errno) {
            if configuration.endsWithUsers { try site.openEnding() }
            // For a pipe the daemon looks which processes of all users have it open; otherwise only hidepid=
            // closes a part of /proc.
            let hidden: Capabilities = hiding.isOn ? .trace : []
            let kept: Capabilities = server.backend == .fifo ? [.trace, .readAnything] : hidden
            try Privileges.drop(to: user, keeping: kept)
        } catch {
            throw .privileges(user: user.name, reason: "\(error)")
        }
    }

    /// Looks for what of the settings a server could not begin with.
    static func check(_ settings: Settings) throws(DaemonError) {
        _ = try account(settings)
        _ = try governors(settings)
    }

    /// The users and groups that the settings name, looked up before anything is registered.
    private static func account(_ settings: Settings) throws(DaemonError) -> UserAccount? {
        guard let name = settings.user else { return nil }
        guard Privileges.isRoot else { throw .privileges(user: name, reason: "only root can") }
        guard let account = UserAccount.find(name) else {
            throw .privileges(user: name, reason: "there is no such user")
        }
        return account
    }

    /// A misspelt group must not mean that nobody, or everybody, may.
    private static func governors(_ settings: Settings) throws(DaemonError) -> UInt32? {
        guard let name = settings.controlGroup else { return nil }
        guard let group = GroupAccount.find(name) else { throw .noGroup(name) }
        return group.gid
    }

    private func announce(isTakingOver: Bool) {
        guard !isTakingOver else { return Log.note(takeOverSentence) }
        for warning in settings.warnings + gate.unmeasurable(settings).map(\.sentence) {
            Log.note("warning: \(warning)")
        }
        if inForce.jobs < settings.jobs {
            Log.note(
                "warning: the pipe holds \(inForce.jobs) tokens at most, not \(settings.jobs): more would make clients hang "
                    + "(fs.pipe-max-size, fs.pipe-user-pages-soft)"
            )
        }
        let tokens = inForce.jobs == 1 ? "1 token" : "\(inForce.jobs) tokens"
        Log.note("serving \(tokens) at \(server.path) (\(server.backend.rawValue))")
    }

    // MARK: The loop

    private func serve() {
        while ending != .now { turn() }
        server.failWaiters()
        sizeStore?.keep(gate.sizes, at: .now, isLast: true)
        for pattern in registry.unmatchedPatterns {
            Log.note("warning: the weight for '\(pattern)' was of no use: no build had such a label")
        }
    }

    /// Waits for something to do, though not beyond `limit`, and does it.
    func turn(until limit: MonotonicTime? = nil) {
        let count = loop.wait(until: earlier(nextDeadline, limit)?.nanoseconds)
        // Deaths first: what the dead had is free before the next request is decided. The control socket
        // last, and one event of it a turn: so a token never waits for two.
        var isControlReady = false
        for index in 0..<count where isDeath(loop.event(index).key) { dispatch(loop.event(index).key) }
        for index in 0..<count where !isDeath(loop.event(index).key) {
            let key = loop.event(index).key
            if key == EventSource.control.key { isControlReady = true } else { dispatch(key) }
        }
        if isControlReady { dispatch(EventSource.control.key) }
        let now = MonotonicTime.now
        registry.ledger[.heartbeat] = UInt64(bitPattern: now.nanoseconds)
        elapse(at: now)
        tellRefusedCalls()
        if Log.isBehind { Log.flush() }
        if registry.ledger.isIncomplete != isTooMuch { tellWhetherAnotherCouldGoOn() }
        if let control, control.hasWatchers {
            control.tellWatchers(free: server.free, out: server.use.out)
            perform()
        }
    }

    private func isDeath(_ key: UInt64) -> Bool {
        guard case .process = EventSource(key: key) else { return false }
        return true
    }

    private func dispatch(_ key: UInt64) {
        switch EventSource(key: key) {
        case .tokens:
            guard !server.serve() else { break }
            Log.note("\(server.path) is gone: the kernel has ended the connection")
            ending = .now
        case .signals:
            while let signal = signals.next() { received(signal) }
        case .control: control?.serve()
        case .process(let pid): ended(pid)
        case .keeper: keeperHasEnded()
        case nil: break
        }
        perform()
    }

    /// Does what the token server and the control socket have left to do.
    private func perform() {
        while true {
            while let effect = server.nextEffect() { perform(effect) }
            guard let control, let event = control.nextEvent() else { return }
            perform(event, control)
        }
    }

    private func perform(_ effect: ServerEffect) {
        switch effect {
        case .charged(let pid): users.charged(pid).forEach { control?.giveSlot($0) }
        case .ended(let pid):
            dropLimits(of: pid)
            let linger = isToldToEnd ? 0 : settings.linger.nanoseconds
            users.ended(pid, lingerNanoseconds: linger, at: .now)
        }
    }

    private func perform(_ event: ControlEvent, _ control: ControlServer) {
        switch event {
        case .knocked: control.accept(isWelcome: isWorthGreeting())
        case .asked(let request, let number, let peer): answer(request, of: number, peer, control)
        case .left(let number, let peer): withdraw(number, peer)
        }
    }

    private var nextDeadline: MonotonicTime? {
        var next = earlier(server.nextDeadline, users.deadline)
        if server.use.isAnyoneWaiting { next = earlier(next, gate.nextSample) }
        next = earlier(next, control?.nextSweep)
        next = earlier(next, registry.nextLook)
        if Log.isBehind { next = earlier(next, .now + Self.logNanoseconds) }
        if case .draining(let until) = ending { next = earlier(next, until) }
        return next
    }

    /// A log whose reader is slow is tried again so often.
    private static let logNanoseconds: Int64 = 200_000_000

    private func earlier(_ one: MonotonicTime?, _ other: MonotonicTime?) -> MonotonicTime? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    private func elapse(at now: MonotonicTime) {
        for pid in registry.lookForEnds(at: now) { ended(pid) }
        if let deadline = server.nextDeadline, deadline <= now { server.elapse(at: now) }
        if server.use.isAnyoneWaiting { lookAgain(at: now) }
        perform()
        if case .draining(let until) = ending, until <= now || server.use.out <= 0 { ending = .now }
        if let deadline = users.deadline, deadline <= now { endIfUnused(at: now) }
        if let time = control?.nextSweep, time <= now {
            control?.sweep(at: now)
            perform()
        }
        registry.history.look(at: now)
    }

    /// Looks at the machine, when the last look is old and tokens are still granted.
    func lookAgain(at now: MonotonicTime) {
        if ending == .no, gate.isStale(at: now) { askGate(at: now) }
    }

    private func askGate(at now: MonotonicTime) {
        server.admit(gate.sample(out: server.use.load, holders: server.holders, at: now))
        sizeStore?.keep(gate.sizes, at: now)
    }

    /// The last user has ended: so does the daemon, unless a client still works or a wrapper is just coming
    /// in.
    private func endIfUnused(at now: MonotonicTime) {
        let hasClients = server.hasClients
        guard hasClients == false, control?.hasPeers != true, site.closeForWrappers() else {
            return users.lookAgain(at: now, soon: hasClients == nil)
        }
        control?.accept(isWelcome: isWorthGreeting())
        guard control?.hasPeers == true else { return ending = .now }
        site.reopenForWrappers()
        users.lookAgain(at: now)
    }

    /// Has the end of a process dealt with, if it has ended: the loop may not have told of it yet.
    func ended(_ pid: ProcessID) {
        guard let process = registry[pid: pid], process.descriptor.hasEnded else { return }
        server.ended(process)
        perform()
    }

    /// The settings with no more tokens than there is room for.
    private func bounded(_ settings: Settings) -> Settings {
        var bounded = settings
        bounded.jobs = min(settings.jobs, server.mostTokens)
        return bounded
    }

    /// Whether new clients may be sent to the path; if it is gone, this daemon makes way for another.
    private func isWorthGreeting() -> Bool {
        guard ending != .now else { return false }
        guard !server.isThere else { return true }
        Log.note(
            "\(server.path) is gone: somebody removed it; ending, so that another daemon can make it anew"
        )
        ending = .now
        return false
    }

    /// Takes over what may change while the daemon runs.
    func apply(_ changed: Settings) {
        settings = settings.takingLive(from: changed)
        registry.ledger.stage(settings)
        enforce()
    }

    /// Goes by the settings and the limits that there are now.
    func enforce() {
        inForce = bounded(limits.applied(to: settings))
        // Whatever is changed on the way out, nothing is granted.
        guard ending == .no else { return }
        gate.change(to: inForce)
        askGate(at: .now)
        server.change(to: inForce)
    }
}
