/// The times at which the last sixteen builds came.
struct Newcomers {
    private var times = InlineArray<16, MonotonicTime>(repeating: MonotonicTime(nanoseconds: .min))
    private var next = 0

    mutating func came(at now: MonotonicTime) {
        times[next] = now
        next = (next + 1) % times.count
    }

    /// How many came later than that.
    func count(since time: MonotonicTime) -> Int {
        var count = 0
        for index in times.indices where times[index] > time { count += 1 }
        return count
    }

    /// The first that came later than that.
    func first(since time: MonotonicTime) -> MonotonicTime? {
        var first: MonotonicTime?
        for index in times.indices where times[index] > time {
            first = min(first ?? times[index], times[index])
        }
        return first
    }
}
