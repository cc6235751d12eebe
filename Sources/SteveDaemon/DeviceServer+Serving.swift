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
    var use: TokenUse { pool.use }

    var gateState: GateState { pool.state(behind: gate.state(out: pool.load)) }

    func serve() -> Bool {
        guard case .idle = session?.serve() else { return false }
        return true
    }

    func nextEffect() -> ServerEffect? { effects.isEmpty ? nil : effects.removeFirst() }

    func elapse(at now: MonotonicTime) {
        pool.expire(at: now)
        settle(at: now)
    }

    func ended(_ process: KnownProcess) {
        let now = MonotonicTime.now
        forgetSlot(of: process, at: now)
        let before = pool.totals.reclaimed
        pool.died(process.client, at: now)
        let reclaimed = pool.totals.reclaimed - before
        if reclaimed > 0 { log.verbose("\(process) ended with \(reclaimed) token(s): taken back") }
        registry.forget(process)
        leave(process.build)
        effects.append(.ended(process.pid))
        settle(at: now)
    }

    func process(_ pid: ProcessID) -> KnownProcess? { registry.process(pid, welcome) }

    func charge(_ process: KnownProcess) -> Bool {
        guard process.slot == nil else { return process.hasSlot }
        let now = MonotonicTime.now
        askGate(at: now)
        let file = pool.opened(by: process.client)
        let answer = pool.read(
            RequestID(slotOf: process.client),
            by: process.client,
            through: file,
            waits: true,
            at: now
        )
        process.slot = WrapperSlot(isWaiting: answer == .parked, since: now, file: file)
        registry.ledger.stage(slot: file, of: process, isWaiting: answer == .parked)
        settle(at: now)
        return answer.isGranted
    }

    func withdraw(_ process: KnownProcess) {
        guard process.waitsForSlot else { return }
        let now = MonotonicTime.now
        forgetSlot(of: process, at: now)
        settle(at: now)
    }

    private func forgetSlot(of process: KnownProcess, at now: MonotonicTime) {
        guard let file = process.slot?.file else { return }
        process.slot = nil
        registry.ledger.forget(file)
        pool.closed(file, at: now)
    }

    var holders: [(pid: ProcessID, tokens: Int)] {
        pool.holdings.compactMap { holding in registry[holding.client].map { ($0.pid, holding.tokens) } }
    }

    var holdings: [(process: Int, tokens: Int)] {
        pool.holdings.map { (pool.processNumber(of: $0.client), $0.tokens) }
    }

    func change(to settings: Settings) {
        let now = MonotonicTime.now
        log = TokenLog(settings)
        for (build, weight) in registry.change(to: settings) {
            pool.change(weightOf: build, to: weight, at: now)
        }
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
        for request in pool.waitingReads where !request.isSlot {
            session?.fail(request, .ioError)
        }
        session?.settle()
    }
}
