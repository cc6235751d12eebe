internal import Vocabulary
internal import Fuse
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

extension DeviceServer: TokenServer {
    var isReady: Bool { session?.isReady == true }
    var hasClients: Bool? { openHandles > 0 }
    var nextDeadline: MonotonicTime? { pool.nextDeadline }
    var free: Int { pool.free }
    var demand: Demand { Demand(out: pool.out, load: pool.load, isWaiting: pool.isAnyoneWaiting) }

    var gateState: GateState { pool.state(behind: gate.state(out: pool.load)) }

    func serve() -> Bool {
        guard case .idle = session?.serve() else { return false }
        tellCharged()
        return true
    }

    func elapse(at now: MonotonicTime) {
        pool.expire(at: now)
        settle(at: now)
    }

    func ended(_ process: KnownProcess) {
        let now = MonotonicTime.now
        for (ticket, charge) in charges where charge.process === process {
            forget(ticket, charge.file, at: now)
        }
        let before = pool.totals.reclaimed
        pool.died(process.client, at: now)
        let reclaimed = pool.totals.reclaimed - before
        if reclaimed > 0 { log.verbose("\(process) ended with \(reclaimed) token(s): taken back") }
        registry.forget(process, &pool)
        settle(at: now)
    }

    func process(_ pid: Int32) -> KnownProcess? { registry.process(pid, &pool) }

    /// Whether a wrapper's slot of this process waits.
    func isCharging(_ process: KnownProcess) -> Bool {
        charges.values.contains { $0.process === process && $0.isWaiting }
    }

    func charge(_ process: KnownProcess, ticket: UInt32) -> Bool {
        let now = MonotonicTime.now
        askGate(at: now)
        let file = pool.opened(by: process.client)
        charges[ticket] = SlotCharge(process: process, file: file)
        let answer = pool.read(
            RequestID(ticket: ticket),
            by: process.client,
            through: file,
            waits: true,
            at: now
        )
        charges[ticket]?.isWaiting = answer == .parked
        registry.ledger.stage(slot: file, of: process, isWaiting: answer == .parked)
        settle(at: now)
        return answer.isGranted
    }

    func withdraw(ticket: UInt32) {
        guard let charge = charges[ticket] else { return }
        let now = MonotonicTime.now
        forget(ticket, charge.file, at: now)
        settle(at: now)
    }

    private func forget(_ ticket: UInt32, _ file: FileID, at now: MonotonicTime) {
        charges[ticket] = nil
        registry.ledger.forget(file)
        pool.closed(file, at: now)
    }

    var holders: [(pid: Int32, tokens: Int)] {
        pool.holdings.compactMap { holding in registry[holding.client].map { ($0.pid, holding.tokens) } }
    }

    var holdings: [(process: Int, tokens: Int)] {
        pool.holdings.map { (pool.processNumber(of: $0.client), $0.tokens) }
    }

    func change(to settings: Settings) {
        let now = MonotonicTime.now
        log = TokenLog(settings)
        registry.change(to: settings, &pool, at: now)
        pool.events.noteLimit(settings.jobs, at: now)
        pool.change(to: Limits(settings), at: now)
        settle(at: now)
    }

    func admit(_ tokens: Int) {
        let now = MonotonicTime.now
        pool.admit(tokens, at: now)
        settle(at: now)
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
        session?.settle()
    }
}
