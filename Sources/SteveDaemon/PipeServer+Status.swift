internal import Vocabulary
internal import Jobserver
internal import Wire

/// The pipe's part of the status.
extension PipeServer {
    var gateState: GateState {
        let state = gate.state(out: ledger.out(whenUnread: unread))
        return unread > 0 ? state.opened : state
    }

    /// Also what the gate keeps out of the pipe.
    var free: Int { ledger.limit - ledger.out(whenUnread: unread) }

    var holders: [(pid: ProcessID, tokens: Int)] { charged.map { ($0.pid, 1) } }

    var holdings: [(process: Int, tokens: Int)] { charged.map { ($0.number, 1) } }

    func describe(_ status: inout StatusReport) {
        status.held = ledger.out(whenUnread: unread)
        status.free = free
        status.totals.reclaimed = totals.reclaimed
        status.totals.dropped = totals.dropped
        let now = MonotonicTime.now
        sample(at: now)
        status.statistics = StatusReport.Statistics(statistics.summary(at: now))
        status.holders = charged.map { process in
            StatusReport.Holder(
                pid: Int(process.pid.number),
                command: process.command,
                tokens: 1,
                since: now.seconds(since: process.slot?.since ?? now),
                build: registry.label(of: process.build)
            )
        }
        status.waiters = waiting.map { process in
            StatusReport.Waiter(
                pid: Int(process.pid.number),
                command: process.command,
                requests: 1,
                since: now.seconds(since: process.slot?.since ?? now),
                kind: .slot,
                build: registry.label(of: process.build)
            )
        }
        status.waiting = waiting.count
    }
}
