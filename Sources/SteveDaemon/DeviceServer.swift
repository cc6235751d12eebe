internal import Fuse
internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// Hands out tokens through a device that knows its clients: a request of the kernel becomes an event of the pool,
/// an effect of the pool becomes an answer.
final class DeviceServer {
    let backend: Backend
    let path: String
    /// What to undo at the end: a node or a file that we made, a mount.
    var debris: [Debris] = []
    private(set) var pool: TokenPool
    let registry: ProcessRegistry
    private let gate: Gate
    private let log: TokenLog
    private var session: DeviceSession?
    /// What is open, by the number that the kernel sends back with each request.
    private var handles: [OpenHandle?] = []
    private var openHandles = 0
    /// Nothing is granted any more, whatever the admission rules say.
    private var isClosing = false
    /// The pseudo-files through which wrappers' slots are charged, by ticket.
    private var charges: [UInt32: (process: KnownProcess, file: FileID)] = [:]
    /// Told when a charge that had to wait has been made.
    var charged: (UInt32) -> Void = { _ in }

    init(_ settings: Settings, backend: Backend, path: String, registry: ProcessRegistry, gate: Gate) {
        self.backend = backend
        self.path = path
        self.registry = registry
        self.gate = gate
        pool = TokenPool(limits: Limits(settings))
        log = TokenLog(settings)
    }

    /// Takes over the descriptor of the kernel's requests.
    func start(
        _ kind: DeviceSession.Kind,
        _ descriptor: consuming Descriptor,
        _ loop: EventLoop
    ) throws(DaemonError) {
        do throws(DeviceSessionError) {
            let session = try DeviceSession(kind: kind, descriptor: descriptor, handler: self)
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

    /// Looks at the machine before a decision, when the last look is old: nobody is granted a token by the load of an
    /// hour ago.
    private func askGate(at now: MonotonicTime) {
        guard !isClosing, gate.isStale(at: now) else { return }
        let tokens = gate.sample(out: pool.out, at: now)
        pool.admit(tokens, at: now)
    }

    /// Does what the pool has decided.
    private func settle() {
        while let effect = pool.nextEffect() {
            switch effect {
            case .grant(let request, let client, let file):
                log.verbose("a token for waiting \(registry[client]?.description ?? "foreign process")")
                if let ticket = request.ticket {
                    charged(ticket)
                } else if session?.grant(request.number) != true {
                    pool.undelivered(to: client, through: file, at: .now)
                }
            case .wake(let file):
                session?.wake(file: UInt64(file.index))
            case .abandon(let request):
                session?.fail(request.number, .interrupted)
            }
        }
        assert(pool.violation == nil, pool.violation ?? "")
    }

    // MARK: Callers

    /// Who makes this request: a process, or, where the kernel cannot name one, the open file itself.
    private func client(_ thread: Int32, _ file: UInt64) -> ClientID {
        if let process = registry.caller(thread, &pool) { return process.client }
        if let account = handles[Int(file)]?.anonymous { return account.client }
        let account = AnonymousAccount(&pool)
        handles[Int(file)]?.anonymous = account
        return account.client
    }

    /// The caller, for the log.
    private func name(_ thread: Int32) -> String {
        registry.caller(thread, &pool)?.description ?? "a process outside this PID namespace"
    }

    private func fileID(_ file: UInt64) -> FileID {
        guard let handle = handles[Int(file)] else { preconditionFailure("request on closed file \(file)") }
        return handle.file
    }
}

/// An open file description of the device.
private struct OpenHandle {
    let file: FileID
    var anonymous: AnonymousAccount?
}

/// The account of callers that are outside of our PID namespace: it ends with their open file.
private struct AnonymousAccount {
    let build: BuildID
    let client: ClientID

    init(_ pool: inout TokenPool) {
        build = pool.begin()
        client = pool.connect(in: build)
    }
}

extension RequestID {
    private static let ticketBit: UInt64 = 1 << 63

    /// The waiting charge of a wrapper's slot; the device numbers its requests without the top bit.
    fileprivate init(ticket: UInt32) {
        self.init(Self.ticketBit | UInt64(ticket))
    }

    fileprivate var ticket: UInt32? {
        number & Self.ticketBit == 0 ? nil : UInt32(truncatingIfNeeded: number)
    }
}

// MARK: - Requests of the kernel

extension DeviceServer: DeviceHandler {
    func opened(by thread: Int32, user: UInt32, flags: Int32) throws(Errno) -> UInt64 {
        if let former = registry.formerOwner(ofPid: thread) { ended(former) }
        let process = registry.caller(thread, &pool)
        let anonymous = process == nil ? AnonymousAccount(&pool) : nil
        guard let owner = process?.client ?? anonymous?.client else { throw .noMemory }
        let file = pool.opened(by: owner)
        log.debug("open \(file.index) by thread \(thread)")
        while handles.count <= Int(file.index) { handles.append(nil) }
        handles[Int(file.index)] = OpenHandle(file: file, anonymous: anonymous)
        openHandles += 1
        return UInt64(file.index)
    }

    func read(_ request: UInt64, file: UInt64, by thread: Int32, nonblocking: Bool) -> DeviceAnswer {
        let now = MonotonicTime.now
        askGate(at: now)
        let answer = pool.read(
            RequestID(request),
            by: client(thread, file),
            through: fileID(file),
            waits: !nonblocking,
            at: now
        )
        log.debug("read \(file) by thread \(thread)\(nonblocking ? ", not waiting" : ""): \(answer)")
        settle()
        switch answer {
        case .granted:
            log.verbose("a token for \(name(thread)), \(pool.free) free")
            return .token
        case .wouldBlock: return .wouldBlock
        case .parked: return .parked
        }
    }

    func tokenUndelivered(file: UInt64, to thread: Int32) {
        pool.undelivered(to: client(thread, file), through: fileID(file), at: .now)
        settle()
    }

    func interrupted(_ request: UInt64) {
        _ = pool.interrupted(RequestID(request), at: .now)
        settle()
    }

    func wrote(_ count: Int, file: UInt64, by thread: Int32) {
        let receipt = pool.wrote(count, by: client(thread, file), through: fileID(file), at: .now)
        log.verbose(
            "\(name(thread)) returned \(receipt.own), for others \(receipt.passed), lent \(receipt.lent), "
                + "\(pool.free) free"
        )
        if receipt.dropped > 0 { log.dropped(receipt.dropped, by: registry.caller(thread, &pool)) }
        settle()
    }

    func polled(file: UInt64, by thread: Int32, willWait: Bool) -> Bool {
        let now = MonotonicTime.now
        askGate(at: now)
        let isReadable = pool.polled(
            by: client(thread, file),
            through: fileID(file),
            waits: willWait,
            at: now
        )
        settle()
        return isReadable
    }

    func available(file: UInt64, by thread: Int32) -> Int {
        pool.available(to: client(thread, file))
    }

    func closed(file: UInt64) {
        guard let handle = handles[Int(file)] else { return }
        log.debug("close \(file)")
        if let anonymous = handle.anonymous { pool.died(anonymous.client, at: .now) }
        pool.closed(handle.file, at: .now)
        if let anonymous = handle.anonymous { _ = pool.end(anonymous.build) }
        handles[Int(file)] = nil
        openHandles -= 1
        settle()
    }
}

// MARK: - The daemon's side

extension DeviceServer: TokenServer {
    var isReady: Bool { session?.isReady == true }
    var hasClients: Bool { openHandles > 0 }
    var nextDeadline: MonotonicTime? { pool.nextDeadline }
    var demand: Demand { Demand(out: pool.out, isWaiting: pool.isAnyoneWaiting) }

    func serve() -> Bool {
        guard case .idle = session?.serve() else { return false }
        return true
    }

    func elapse(at now: MonotonicTime) {
        pool.expire(at: now)
        settle()
    }

    func ended(_ process: KnownProcess) {
        for (ticket, charge) in charges where charge.process === process { forget(ticket, charge.file) }
        let before = pool.totals.reclaimed
        pool.died(process.client, at: .now)
        let reclaimed = pool.totals.reclaimed - before
        if reclaimed > 0 { log.verbose("\(process) ended with \(reclaimed) token(s): taken back") }
        registry.forget(process, &pool)
        settle()
    }

    func process(_ pid: Int32) -> KnownProcess? { registry.process(pid, &pool) }

    /// Whether a wrapper's slot of this process waits.
    func isCharging(_ process: KnownProcess) -> Bool {
        charges.values.contains { $0.process === process }
    }

    func charge(_ process: KnownProcess, ticket: UInt32) -> Bool {
        let file = pool.opened(by: process.client)
        charges[ticket] = (process, file)
        let answer = pool.read(
            RequestID(ticket: ticket),
            by: process.client,
            through: file,
            waits: true,
            at: .now
        )
        settle()
        return answer == .granted
    }

    func withdraw(ticket: UInt32) {
        guard let charge = charges[ticket] else { return }
        _ = pool.interrupted(RequestID(ticket: ticket), at: .now)
        forget(ticket, charge.file)
        settle()
    }

    private func forget(_ ticket: UInt32, _ file: FileID) {
        charges[ticket] = nil
        pool.closed(file, at: .now)
    }

    var holders: [(pid: Int32, tokens: Int)] {
        pool.holdings.compactMap { holding in registry[holding.client].map { ($0.pid, holding.tokens) } }
    }

    func change(to settings: Settings) {
        registry.change(to: settings, &pool, at: .now)
        pool.change(to: Limits(settings), at: .now)
        settle()
    }

    func admit(_ tokens: Int) {
        pool.admit(tokens, at: .now)
        settle()
    }

    func stopGranting() {
        isClosing = true
        var limits = pool.limits
        limits.minJobs = 0
        pool.change(to: limits, at: .now)
        admit(0)
    }

    func failWaiters() {
        for request in pool.waitingReads where request.ticket == nil {
            session?.fail(request.number, .ioError)
        }
    }
}
