package import Wire

/// The summary of a command's run under steve, in one paragraph.
package struct RunSummary {
    /// How long the command took.
    package var seconds: Double
    /// What the daemon said at the command's end; nil: there was none any more.
    package var report: StatusReport?
    /// Whether the daemon's figures are of the command's time only.
    package var isOwn: Bool
    /// How often the daemon has died.
    package var restarts: Int

    package init(seconds: Double, report: StatusReport?, isOwn: Bool, restarts: Int) {
        self.seconds = seconds
        self.report = report
        self.isOwn = isOwn
        self.restarts = restarts
    }

    /// The paragraph, without a newline.
    package var text: String {
        let facts = ["took \(time(seconds))"] + (report.map(figures) ?? ["no daemon to ask"])
        let takeovers = report?.takeovers.map { ["takeovers from a server that ended: \($0.count)"] } ?? []
        return (facts + ["daemon restarts: \(restarts)"] + takeovers).joined(separator: "; ")
    }

    private func figures(_ report: StatusReport) -> [String] {
        let statistics = report.statistics
        let longest = statistics.heldBack.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let since = isOwn ? "" : "in the daemon's \(time(report.uptime)) "
        return [
            "\(since)tokens out: peak \(statistics.peak) of \(report.limit), mean \(places(statistics.mean, 1))",
            "at the limit \(places(statistics.atLimitShare * 100, 0)) % of the time",
            "waits: \(waits(statistics))",
            "reclaimed from dead processes: \(report.totals.reclaimed)",
            "held back longest by: \(longest.map { "\($0.key), \(time($0.value))" } ?? "nothing")",
        ]
    }

    private func waits(_ statistics: StatusReport.Statistics) -> String {
        if let half = statistics.waitP50, let most = statistics.waitP99 {
            return "p50 \(time(half)), p99 \(time(most))"
        }
        return report?.backend == .fifo ? "not known on a named pipe" : "none"
    }

    /// `0 s`, `0.25 ms`, `1.5 s`.
    private func time(_ seconds: Double) -> String {
        switch seconds {
        case ...0: "0 s"
        case ..<0.1: "\(places(seconds * 1_000, 2)) ms"
        case ..<10: "\(places(seconds, 2)) s"
        default: "\(places(seconds, 0)) s"
        }
    }

    private func places(_ value: Double, _ count: Int) -> String { Figures.rounded(value, places: count) }
}
