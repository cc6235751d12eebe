internal import Vocabulary

/// Statistics as words, for the next server.
///
/// The order of the rules is part of the format: if you add a rule, change the ledger's version.
extension PoolStatistics {
    /// This many words; words that were never written are 0.
    package static let storedWords = 4 + GateRule.allCases.count

    /// All of it up to now.
    package func forEachStored(at now: MonotonicTime, _ body: (_ place: Int, _ word: UInt64) -> Void) {
        var copy = self
        copy.advance(to: now)
        copy.forEachStored(body)
    }

    /// All of it up to the last change.
    private func forEachStored(_ body: (_ place: Int, _ word: UInt64) -> Void) {
        body(0, UInt64(max(0, last.nanoseconds - start.nanoseconds)))
        body(1, UInt64(max(0, peak)))
        body(2, tokenSeconds.bitPattern)
        body(3, secondsAtLimit.bitPattern)
        for (index, rule) in GateRule.allCases.enumerated() {
            body(4 + index, (heldBackSeconds[rule] ?? 0).bitPattern)
        }
    }

    /// Continues from the stored statistics; the time since they were stored last is left out.
    package init(stored word: (_ place: Int) -> UInt64, at now: MonotonicTime) {
        self.init(start: MonotonicTime(nanoseconds: now.nanoseconds - Int64(clamping: word(0))))
        (peak, last) = (Int(clamping: word(1)), now)
        (tokenSeconds, secondsAtLimit) = (Double(bitPattern: word(2)), Double(bitPattern: word(3)))
        for (index, rule) in GateRule.allCases.enumerated() {
            heldBackSeconds[rule] = Double(bitPattern: word(4 + index))
        }
    }
}

extension Waits {
    package static let storedWords = 40

    /// How many waited how long.
    package func forEachStored(_ body: (_ place: Int, _ word: UInt64) -> Void) {
        for place in counts.indices { body(place, counts[place]) }
    }

    /// Goes on from what was stored.
    package init(stored word: (_ place: Int) -> UInt64) {
        for place in counts.indices {
            counts[place] = word(place)
            count &+= word(place)
        }
    }
}

extension TokenPool {
    /// Goes on counting how long somebody waited for a token.
    package mutating func goOn(counting waits: Waits) { self.waits = waits }
}
