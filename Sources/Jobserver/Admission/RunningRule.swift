internal import Vocabulary

/// Grants while fewer tasks run than the limit.
///
/// The number jumps from one moment to the next, so the rule uses the mean of the last two seconds' samples.
struct RunningRule: AdmissionRule {
    let limit: Double
    private(set) var ceiling = Int.max
    private var mean: Double?

    init(limit: Double) {
        self.limit = limit
    }

    var name: GateRule { .running }
    var measure: String { "running \((mean ?? 0).text(decimals: 1)), limit \(limit.text(decimals: 2))" }

    mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime) {
        guard let running = sample.runningTasks else { return }
        // The reader of /proc/loadavg counts itself.
        let others = Double(max(0, running - 1))
        let smoothed = mean.map { $0 + (others - $0) / 4 } ?? others
        mean = smoothed
        ceiling = out + Int((limit - smoothed).rounded(.down))
    }
}
