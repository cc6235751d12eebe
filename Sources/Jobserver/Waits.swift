/// How long granted tokens were waited for, counted by powers of two of microseconds.
///
/// It has a fixed size and allocates nothing, because each token that is granted is counted.
package struct Waits: Sendable {
    /// In place 0 what waited less than a microsecond, in place n what waited less than 2^n and not less than
    /// half of it.
    var counts = InlineArray<40, UInt64>(repeating: 0)
    /// How many were counted.
    package internal(set) var count: UInt64 = 0

    /// Nobody has waited.
    package init() {}

    /// Counts a wait of this length; a negative one, from a broken clock, is ignored.
    package mutating func record(nanoseconds: Int64) {
        let microseconds = UInt64(max(0, nanoseconds)) / 1_000
        let place = UInt64.bitWidth - microseconds.leadingZeroBitCount
        counts[min(place, counts.count - 1)] += 1
        count += 1
    }

    /// The nanoseconds that this share of them did not exceed, rounded up to a power of two of microseconds:
    /// 0 for those that did not wait, nil when nothing was counted.
    package func quantile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        let rank = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for place in counts.indices {
            seen += counts[place]
            if seen >= rank { return place == 0 ? 0 : (1 << Int64(place)) * 1_000 }
        }
        return nil
    }
}
