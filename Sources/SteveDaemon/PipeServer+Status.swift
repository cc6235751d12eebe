internal import Jobserver
internal import Wire

/// What the pipe says of itself.
extension PipeServer {
    var gateState: GateState {
        let state = gate.state(out: ledger.out(whenUnread: unread))
        return unread > 0 ? state.opened : state
    }

    /// Also what the gate keeps out of the pipe.
    var free: Int { ledger.limit - ledger.out(whenUnread: unread) }

    var holders: [(pid: Int32, tokens: Int)] { slots.keys.map { ($0, 1) } }

    var holdings: [(process: Int, tokens: Int)] {
        slots.keys.compactMap { registry[pid: $0] }.map { ($0.number, 1) }
    }

    func describe(_ status: inout StatusReport) {
        status.held = ledger.out(whenUnread: unread)
        status.free = free
        status.totals.reclaimed = totals.reclaimed
        status.totals.dropped = totals.dropped
        sample(at: .now)
        status.statistics = StatusReport.Statistics(statistics.summary(at: .now))
        status.holders = slots.compactMap { pid, since in
            guard let process = registry[pid: pid] else { return nil }
            let seconds = MonotonicTime.now.seconds(since: since)
            return StatusReport.Holder(
                pid: Int(pid),
                command: process.command,
                tokens: 1,
                since: seconds,
                build: registry.label(of: process.build)
            )
        }
        status.waiters = waiting.map {
            StatusReport.Waiter(
                pid: Int($0.process.pid),
                command: $0.process.command,
                requests: 1,
                since: MonotonicTime.now.seconds(since: $0.since),
                kind: .slot,
                build: registry.label(of: $0.process.build)
            )
        }
        status.waiting = waiting.count
    }
}
