/// After a gate opens, only so many grants a second, until it has been open for a second.
struct RampRule {
    /// Grants a second.
    let rate: Double
    private(set) var ceiling = Int.max
    private var wasHolding = false
    private var opened: MonotonicTime?

    init(rate: Double) {
        self.rate = rate
    }

    /// Takes what the other rules say: whether they hold the next token back.
    mutating func sampled(isHolding: Bool, out: Int, at now: MonotonicTime) {
        if isHolding {
            opened = nil
        } else if wasHolding {
            opened = now
        }
        wasHolding = isHolding
        guard let opened, now.nanoseconds - opened.nanoseconds < 1_000_000_000 else {
            ceiling = .max
            return
        }
        // What may be granted until the next sample, which comes within half a second.
        ceiling = out + max(1, Int(rate / 2))
    }
}
