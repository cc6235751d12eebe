internal import Vocabulary
internal import Jobserver
internal import Wire

extension StatusReport.Statistics {
    /// What a pool came to; how long was waited, if that is known, is to be added.
    init(_ summary: PoolSummary) {
        self.init()
        peak = summary.peak
        mean = summary.mean
        atLimitShare = summary.shareAtLimit
        for (rule, seconds) in summary.heldBackSeconds { heldBack[rule.rawValue] = seconds }
    }
}
