internal import Jobserver
internal import Wire

/// What the daemon tells about the past.
extension Daemon {
    func trace(last seconds: Double?) -> TraceOpening {
        // The ledger first gets what this tells, so that a server that takes over continues behind it.
        server.book()
        let now = MonotonicTime.now
        let events = registry.history.events
        let microseconds = now.nanoseconds / 1_000
        let (number, state) =
            seconds.map { events.position(since: microseconds - Int64(min(max(0, $0), 1e9) * 1e6)) }
            ?? (events.end, events.state)
        return TraceOpening(
            time: state.time,
            now: microseconds,
            limit: state.limit,
            gate: state.gate,
            out: server.backend == .fifo ? state.out : nil,
            next: number,
            end: events.end,
            held: server.holdings.flatMap { [$0.process, $0.tokens] },
            began: startedAt.nanoseconds / 1_000
        )
    }

    func events(after number: Int, until end: Int?) -> TraceChunk {
        server.book()
        let events = registry.history.events
        let end = min(events.end, max(0, end ?? events.end))
        var text = ""
        text.reserveCapacity(TraceChunk.limit * 16)
        let next = events.forEach(from: number, to: end, atMost: TraceChunk.limit) { $0.append(to: &text) }
        let lost = max(0, events.oldest - max(0, number))
        return TraceChunk(events: text, next: next, more: next < end, lost: lost > 0 ? lost : nil)
    }
}
