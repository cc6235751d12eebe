internal import Vocabulary

/// The state between two events of a ring, except for the holders.
package struct EventState: Equatable, Sendable {
    /// When the last event was, in microseconds of the monotonic clock.
    package internal(set) var time: Int64
    /// How many tokens may be out; 0 before the first event says so.
    package private(set) var limit: Int
    /// The number of the admission rule that holds waiting processes back; 0: none.
    package private(set) var gate: Int
    /// How many tokens are out of a named pipe.
    package private(set) var out: Int

    package init(time: Int64 = 0, limit: Int = 0, gate: Int = 0, out: Int = 0) {
        (self.time, self.limit, self.gate, self.out) = (time, limit, gate, out)
    }

    /// Goes on to what a word of the ring says.
    mutating func apply(_ word: UInt64) {
        time += TokenEvent.pause(of: word)
        // Of most words that is all: a trace of the past goes through all of them at once.
        guard word >> 60 >= UInt64(TokenEvent.Kind.gate.rawValue), let event = TokenEvent.read(word) else {
            return
        }
        switch event.kind {
        case .limit: limit = event.value
        case .gate: gate = event.value
        case .out: out = event.value
        case .granted, .returned, .reclaimed, .lent, .repaid, .unpaid, .lapsed, .load, .memory: break
        }
    }
}
