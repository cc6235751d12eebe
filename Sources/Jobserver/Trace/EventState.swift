/// What holds between two events of a ring, but for who has the tokens.
package struct EventState: Equatable, Sendable {
    /// When the last event was, in microseconds of the monotonic clock.
    package private(set) var time: Int64 = 0
    /// How many tokens may be out; 0 before the first event says so.
    package private(set) var limit = 0
    /// The number of the admission rule that holds waiting processes back; 0: none.
    package private(set) var gate = 0
    /// How many tokens are out of a named pipe.
    package private(set) var out = 0

    mutating func apply(_ event: TokenEvent?, after pause: Int64) {
        time += pause
        switch event?.kind {
        case .limit: limit = event?.value ?? limit
        case .gate: gate = event?.value ?? gate
        case .out: out = event?.value ?? out
        case .granted, .returned, .reclaimed, .lent, .repaid, .unpaid, .lapsed, .load, .memory, nil: break
        }
    }
}
