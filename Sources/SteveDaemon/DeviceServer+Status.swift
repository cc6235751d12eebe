internal import Vocabulary
internal import Jobserver
internal import Wire

extension DeviceServer {
    func describe(_ status: inout StatusReport) {
        let now = MonotonicTime.now
        status.free = pool.free
        status.held = pool.held
        status.reserved = pool.reserved
        status.lent = pool.lent
        status.totals = StatusReport.Totals(pool.totals)
        status.statistics = StatusReport.Statistics(statistics.summary(at: now))
        status.statistics.waitP50 = pool.waits.quantile(0.5).map { Double($0) / 1e9 }
        status.statistics.waitP99 = pool.waits.quantile(0.99).map { Double($0) / 1e9 }
        status.holders = pool.holdings.flatMap { holders($0, at: now) }
        let lenders = pool.lenders
        if !lenders.isEmpty { status.lenders = lenders.map(lender) }
        status.waiters = pool.waitings.map { waiter($0, at: now) }
        status.waiting = status.waiters.count
    }

    /// A process that holds tokens; a dispatcher's tokens are shown as its packages'.
    private func holders(_ holding: Holding, at now: MonotonicTime) -> [StatusReport.Holder] {
        let holder = holder(holding, at: now)
        guard let build = registry[holding.client]?.build else { return [holder] }
        var rest = holder
        var holders: [StatusReport.Holder] = []
        for package in pool.packages(of: build).prefix(holding.tokens) {
            rest.tokens -= 1
            holders.append(holder)
            holders[holders.count - 1].tokens = 1
            holders[holders.count - 1].build = registry.label(of: package)
        }
        return rest.tokens > 0 ? [rest] + holders : holders
    }

    private func holder(_ holding: Holding, at now: MonotonicTime) -> StatusReport.Holder {
        let process = registry[holding.client]
        return StatusReport.Holder(
            pid: Int(process?.pid.number ?? 0),
            command: process?.command ?? Self.foreign,
            tokens: holding.tokens,
            since: now.seconds(since: holding.since),
            build: process.map { registry.label(of: $0.build) }
        )
    }

    private func lender(_ client: ClientID) -> StatusReport.Lender {
        let process = registry[client]
        return StatusReport.Lender(
            pid: Int(process?.pid.number ?? 0),
            command: process?.command ?? Self.foreign,
            build: process.map { registry.label(of: $0.build) }
        )
    }

    private func waiter(_ waiting: Waiting, at now: MonotonicTime) -> StatusReport.Waiter {
        let process = registry[waiting.client]
        let isSlot = process?.waitsForSlot == true
        return StatusReport.Waiter(
            pid: Int(process?.pid.number ?? 0),
            command: process?.command ?? Self.foreign,
            requests: waiting.count,
            since: now.seconds(since: waiting.since),
            kind: isSlot && waiting.kind == .read ? .slot : StatusReport.Waiter.Kind(waiting.kind),
            build: process.map { registry.label(of: $0.build) }
        )
    }

    private static let foreign = "(a process outside this PID namespace)"
}

extension StatusReport.Waiter.Kind {
    fileprivate init(_ kind: Waiting.Kind) {
        switch kind {
        case .read: self = .read
        case .poll: self = .poll
        case .retry: self = .retry
        }
    }
}

extension StatusReport.Totals {
    fileprivate init(_ totals: Totals) {
        self.init()
        granted = totals.granted
        returned = totals.returned
        reclaimed = totals.reclaimed
        lent = totals.lent
        dropped = totals.dropped
    }
}

extension MonotonicTime {
    func seconds(since earlier: MonotonicTime) -> Double {
        Double(nanoseconds - earlier.nanoseconds) / 1e9
    }
}

extension StatusReport.Statistics {
    /// The figures of a pool; the caller adds how long clients waited, if that is known.
    init(_ summary: PoolSummary) {
        self.init()
        peak = summary.peak
        mean = summary.mean
        atLimitShare = summary.shareAtLimit
        for (rule, seconds) in summary.heldBackSeconds { heldBack[rule.rawValue] = seconds }
    }
}
