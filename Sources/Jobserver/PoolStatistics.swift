package import Vocabulary

/// How full a pool has been since its start, and what kept it from granting more.
///
/// The pool reports every change to it; as long as nothing changes it costs a comparison.
package struct PoolStatistics: Sendable {
    /// The most tokens that were out at a time.
    package internal(set) var peak = 0
    let start: MonotonicTime
    var last: MonotonicTime
    private var state = State(out: 0, isAtLimit: false, holdback: nil)
    // Not whole numbers: 65,536 tokens for two days are more nanoseconds than they can count.
    var tokenSeconds = 0.0
    var secondsAtLimit = 0.0
    var heldBackSeconds: [GateRule: Double]

    /// The state from one change to the next.
    package struct State: Equatable, Sendable {
        /// Tokens in use or on offer.
        package var out: Int
        /// Whether there is no token left.
        package var isAtLimit: Bool
        /// The rule for which somebody waits, if anybody does.
        package var holdback: GateRule?

        package init(out: Int, isAtLimit: Bool, holdback: GateRule?) {
            self.out = out
            self.isAtLimit = isAtLimit
            self.holdback = holdback
        }
    }

    /// An idle pool from now on.
    package init(start: MonotonicTime) {
        self.start = start
        last = start
        // All there from the start, so that nothing is allocated later.
        heldBackSeconds = Dictionary(uniqueKeysWithValues: GateRule.allCases.map { ($0, 0) })
    }

    /// It is so from now on.
    package mutating func changed(to state: State, at now: MonotonicTime) {
        guard state != self.state else { return }
        advance(to: now)
        self.state = state
        peak = max(peak, state.out)
    }

    /// The figures as of now.
    package func summary(at now: MonotonicTime) -> PoolSummary {
        var copy = self
        copy.advance(to: now)
        let seconds = Double(copy.last.nanoseconds - start.nanoseconds) / 1e9
        return PoolSummary(
            peak: peak,
            mean: seconds > 0 ? copy.tokenSeconds / seconds : Double(state.out),
            shareAtLimit: seconds > 0 ? copy.secondsAtLimit / seconds : state.isAtLimit ? 1 : 0,
            heldBackSeconds: copy.heldBackSeconds.filter { $0.value > 0 }
        )
    }

    mutating func advance(to now: MonotonicTime) {
        let seconds = Double(max(0, now.nanoseconds - last.nanoseconds)) / 1e9
        last = max(last, now)
        tokenSeconds += Double(max(0, state.out)) * seconds
        if state.isAtLimit { secondsAtLimit += seconds }
        if let rule = state.holdback { heldBackSeconds[rule, default: 0] += seconds }
    }
}

/// A pool's statistics as figures.
package struct PoolSummary: Equatable, Sendable {
    /// The most tokens that were out at a time.
    package let peak: Int
    /// How many were out in the mean over time.
    package let mean: Double
    /// The share of the time in which there was none left, 0 to 1.
    package let shareAtLimit: Double
    /// How long each rule kept a waiting process waiting; those that never did are missing.
    package let heldBackSeconds: [GateRule: Double]
}

extension TokenPool {
    /// What the statistics are to know; `gate` is the admission rule that is the strictest now.
    package mutating func state(gate: GateRule) -> PoolStatistics.State {
        PoolStatistics.State(out: out, isAtLimit: free <= 0, holdback: holdback(gate: gate))
    }
}

/// Counters since the pool began; they only grow.
package struct Totals: Equatable, Sendable {
    /// Tokens given out.
    package var granted = 0
    /// Tokens written back by their holder, or by another process on its behalf.
    package var returned = 0
    /// Tokens taken back from processes that ended, or whose reply did not arrive.
    package var reclaimed = 0
    /// Implicit slots that were lent.
    package var lent = 0
    /// Bytes written that stood for no token.
    package var dropped = 0

    /// Nothing has happened.
    package init() {}
}
