internal import Vocabulary

extension TokenPool {
    /// Notes what happened to so many tokens of a process: nothing to none.
    mutating func note(_ kind: TokenEvent.Kind, _ client: Int32, count: Int = 1, at now: MonotonicTime) {
        var left = count
        while left > 0 {
            let event = TokenEvent(kind, process: accounts.clients[client].process, value: left)
            events.record(event, at: now)
            left -= event.value
        }
    }
}
