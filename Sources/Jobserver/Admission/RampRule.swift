/// In the first second after a gate opens, limits how many tokens are granted.
struct RampRule {
    /// Grants a second.
    let rate: Double
    /// How soon the next sample comes while somebody waits.
    let periodNanoseconds: Int64
    private(set) var ceiling = Int.max
    private var wasHolding = false
    private var opened: MonotonicTime?
    /// The part of a grant that was left over at the last sample.
    private var rest = 0.0

    init(rate: Double, periodNanoseconds: Int64) {
        self.rate = rate
        self.periodNanoseconds = periodNanoseconds
    }

    /// Takes what the other rules say: whether they hold the next token back.
    mutating func sampled(isHolding: Bool, out: Int, at now: MonotonicTime) {
        if isHolding {
            opened = nil
        } else if wasHolding {
            opened = now
            rest = 0
        }
        wasHolding = isHolding
        guard let opened, now.nanoseconds - opened.nanoseconds < 1_000_000_000 else {
            ceiling = .max
            return
        }
        ceiling = out + grants(nanosecondsAfterOpening: now.nanoseconds - opened.nanoseconds)
    }

    /// What may be granted until the next sample; one at once, or a gate that opens for moments would let
    /// nobody in.
    private mutating func grants(nanosecondsAfterOpening elapsed: Int64) -> Int {
        rest += rate * Double(min(periodNanoseconds, 1_000_000_000 - elapsed)) / 1e9
        let grants = max(elapsed == 0 ? 1 : 0, Int(rest))
        rest -= Double(grants)
        return grants
    }
}
