internal import Vocabulary
internal import Fuse
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// Hands out tokens through a device that knows its clients: a request of the kernel becomes an event of the
/// pool, an effect of the pool becomes an answer.
final class DeviceServer {
    let backend: Backend
    let path: String
    /// Finds out whether a pipe at the path was left by a daemon of this name.
    let site: Site
    var pool: TokenPool
    var statistics = PoolStatistics(start: .now)
    /// When to store the statistics again for the next server.
    private var nextBooking = MonotonicTime(nanoseconds: 0)
    private static let bookingNanoseconds: Int64 = 1_000_000_000
    let registry: ProcessRegistry
    let gate: Gate
    var log: TokenLog
    var session: DeviceSession?
    /// The open files, by the number that the kernel sends back with each request.
    var handles: [OpenHandle?] = []
    var openHandles = 0
    /// Nothing is granted any more, whatever the admission rules say.
    var isClosing = false
    /// Effects that are left for the daemon; what led to them is already in the ledger.
    var effects: [ServerEffect] = []

    init(
        _ settings: Settings,
        backend: Backend,
        path: String,
        site: Site,
        registry: ProcessRegistry,
        gate: Gate
    ) {
        self.backend = backend
        self.path = path
        self.site = site
        self.registry = registry
        self.gate = gate
        pool = TokenPool(limits: Limits(settings), events: registry.history.events)
        pool.events.noteLimit(settings.jobs, at: .now)
        log = TokenLog(settings)
    }

    /// Takes over the descriptor of the kernel's requests.
    func start(
        _ kind: DeviceSession.Kind,
        _ descriptor: consuming Descriptor,
        _ loop: EventLoop,
        access: FileAccessRights = FileAccessRights()
    ) throws(DaemonError) {
        do throws(DeviceSessionError) {
            let session = try DeviceSession(
                kind: kind,
                descriptor: descriptor,
                ledger: registry.ledger,
                handler: self,
                access: access
            )
            self.session = session
        } catch {
            throw .device(path: path, reason: "\(error)")
        }
        do throws(Errno) {
            try loop.watch(session?.raw ?? -1, for: .readable, key: EventSource.tokens.key)
        } catch {
            throw .kernel(what: "cannot watch \(path)", error)
        }
    }

    /// Looks at the machine before a decision if the last look is old, so that no request is judged by the
    /// load of an hour ago.
    func askGate(at now: MonotonicTime) {
        guard !isClosing, gate.isStale(at: now) else { return }
        let tokens = gate.sample(out: pool.load, holders: holders, at: now)
        pool.admit(tokens, at: now)
    }

    /// Does what the pool has decided, after what happened `now`.
    func settle(at now: MonotonicTime) {
        while let effect = pool.nextEffect() {
            switch effect {
            case .grant(let request, let client, let file):
                log.verbose("a token for waiting \(registry[client]?.description ?? "foreign process")")
                if request.isSlot {
                    grantSlot(to: client, at: now)
                } else if session?.grant(request, holder: client) != true {
                    pool.undelivered(to: client, through: file, at: now)
                }
            case .wake(let file):
                session?.wake(file: file)
            case .abandon(let request):
                session?.fail(request, .interrupted)
            }
        }
        let state = pool.state(gate: gate.rule)
        statistics.changed(to: state, at: now)
        if now >= nextBooking {
            registry.ledger.stage(statistics, pool.waits, at: now)
            nextBooking = now + Self.bookingNanoseconds
        }
        pool.events.noteGate(state.holdback, at: now)
        session?.settle()
        assert(pool.violation == nil, pool.violation ?? "")
    }

    /// A slot that waited has its token.
    private func grantSlot(to client: ClientID, at now: MonotonicTime) {
        guard let process = registry[client], let file = process.slot?.file else { return }
        process.slot = WrapperSlot(isWaiting: false, since: now, file: file)
        registry.ledger.stage(slot: file, of: process, isWaiting: false)
        process.expectExec()
        effects.append(.charged(process.pid))
    }

    // MARK: Callers

    /// The process that makes this request; nil: the kernel cannot name it.
    func caller(_ thread: ThreadID) -> KnownProcess? { registry.caller(thread, welcome) }

    /// Opens an account for a process, in that of its build.
    func welcome(_ newcomer: Newcomer) -> Account {
        pool.account(in: newcomer.build ?? begin(newcomer))
    }

    private func begin(_ newcomer: Newcomer) -> BuildID {
        guard newcomer.identity?.kind != .dispatcher else { return pool.beginDispatcher() }
        return pool.begin(buildOfWeight: newcomer.weight, dispatchedBy: newcomer.dispatcherBuild)
    }

    /// A process or an open file of the build is gone: with the last one the build is.
    func leave(_ build: BuildID) {
        if pool.end(build) { registry.forget(build) }
    }

    /// The client that makes this request: a process, or, if the kernel cannot name one, the open file
    /// itself.
    func client(_ process: KnownProcess?, _ file: FileID) -> ClientID {
        if let process { return process.client }
        if let account = handles[Int(file.index)]?.anonymous { return account.client }
        let account = pool.account(in: pool.begin())
        handles[Int(file.index)]?.anonymous = account
        registry.ledger.stage(account: account, of: file)
        return account.client
    }

    /// The account for a write: the caller's, or, if the kernel cannot name the caller and its file holds
    /// nothing, that of another such file of the same user that holds tokens.
    ///
    /// make and cargo write through another file than they read from, and nothing shows that both are one
    /// process'.
    func writer(_ process: KnownProcess?, _ file: FileID) -> ClientID {
        let caller = client(process, file)
        let handle = handles[Int(file.index)]
        guard caller == handle?.anonymous?.client, !pool.holds(caller) else { return caller }
        let user = handle?.user
        let holder = handles.lazy.compactMap(\.self).filter { $0.user == user }
            .compactMap(\.anonymous?.client).first { pool.holds($0) }
        return holder ?? caller
    }

    /// The caller, for the log.
    func name(_ thread: ThreadID) -> String {
        caller(thread)?.description ?? "a process outside this PID namespace"
    }
}
