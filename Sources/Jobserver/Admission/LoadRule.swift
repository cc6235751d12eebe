internal import Vocabulary

/// Grants while the load average of one minute is under the limit, and foresees where it is going.
///
/// The kernel computes `load = load * decay + active * (1 - decay)` every 5 seconds. So from two updates
/// follows the number of tasks that were active at the second, and the tokens that are out decide where the
/// mean goes next. The ceiling is a number of tokens, not a yes or no: tokens that are granted after an
/// update count against it, and tokens that come back count for it. So the lag causes neither a stampede nor
/// a stop.
struct LoadRule: AdmissionRule {
    let limit: Double
    private(set) var ceiling = Int.max
    private var average = 0.0
    private var updated: MonotonicTime?

    init(limit: Double) {
        self.limit = limit
    }

    var name: GateRule { .load }
    var measure: String { "load \(average.text(decimals: 2)), limit \(limit.text(decimals: 2))" }

    mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime) {
        guard let next = sample.loadAverage else { return }
        guard let active = active(next, at: now) else { return }
        average = next
        ceiling = out + room(active: active)
    }

    /// How many tasks were active when the kernel last updated the mean; nil when it has not since the last
    /// sample.
    private mutating func active(_ next: Double, at now: MonotonicTime) -> Double? {
        guard let last = updated else {
            updated = now
            return next
        }
        let elapsed = Double(now.nanoseconds - last.nanoseconds) / Kernel.updatePeriod
        guard next != average || elapsed > 1.2 else { return nil }
        updated = now
        let updates = max(1, Int(elapsed.rounded()))
        // After a minute without samples, nothing is known about how the mean came about.
        guard updates <= 12 else { return next }
        let decay = Kernel.decay(updates)
        return max(0, (next - average * decay) / (1 - decay))
    }

    /// How many tasks more than now may be active; negative: fewer.
    private func room(active: Double) -> Int {
        // Over the limit, so few may be active that the mean is back at it after three updates.
        let excess = max(0, average - limit)
        let decay = Kernel.decay(3)
        let wanted = limit - excess * decay / (1 - decay)
        return Int((wanted - active).rounded())
    }
}

/// How Linux computes its load average.
enum Kernel {
    /// Nanoseconds between two updates.
    static let updatePeriod = 5e9

    /// The factor that remains of the old mean of one minute after this many updates.
    static func decay(_ updates: Int) -> Double {
        (0..<updates).reduce(1) { product, _ in product * 1884 / 2048 }
    }
}
