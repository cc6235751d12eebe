package import Wire

/// A status report in Prometheus' text format, for a node-exporter's textfile or a socket's reader.
package struct MetricsText {
    /// The whole text.
    package private(set) var text = ""

    package init(_ report: StatusReport) {
        tokens(report)
        totals(report.totals)
        machine(report)
        history(report.statistics)
        builds(report.holders)
    }

    private enum Kind: String {
        case gauge, counter
    }

    private mutating func tokens(_ report: StatusReport) {
        let labels = [
            ("version", report.version), ("path", report.path), ("backend", report.backend.rawValue),
        ]
        family("info", .gauge, "The daemon, always 1.", [(labels, 1)])
        one("tokens_limit", .gauge, "Tokens that may be out.", report.limit)
        one(
            "tokens_free",
            .gauge,
            "Tokens that could be granted; below zero after the limit fell.",
            report.free
        )
        one("tokens_held", .gauge, "Tokens that are out.", report.held)
        one("tokens_reserved", .gauge, "Tokens kept for a poller that was woken.", report.reserved)
        one("slots_lent", .gauge, "Implicit slots that processes gave back on loan.", report.lent)
        one("processes_waiting", .gauge, "Processes that wait for a token.", report.waiting)
    }

    private mutating func totals(_ totals: StatusReport.Totals) {
        one("tokens_granted_total", .counter, "Tokens handed out.", totals.granted)
        one("tokens_returned_total", .counter, "Tokens written back.", totals.returned)
        one(
            "tokens_reclaimed_total",
            .counter,
            "Tokens taken back from processes that ended.",
            totals.reclaimed
        )
        one("loans_total", .counter, "Implicit slots given back on loan.", totals.lent)
        one("bytes_dropped_total", .counter, "Bytes written beyond all tokens.", totals.dropped)
    }

    private mutating func machine(_ report: StatusReport) {
        let gate = [([("rule", report.gate.rule)], report.gate.open ? 1.0 : 0)]
        family("gate_open", .gauge, "Whether a token could be granted, by the strictest rule.", gate)
        family("load1", .gauge, "The load average of the last minute.", [([], report.load.oneMinute)])
        if let limit = report.load.limit {
            family("load1_limit", .gauge, "The load average up to which tokens are granted.", [([], limit)])
        }
        one(
            "takeovers_total",
            .counter,
            "Servers that ended and were taken over from.",
            report.takeovers?.count ?? 0
        )
        family("uptime_seconds", .gauge, "How long the daemon has run.", [([], report.uptime)])
    }

    private mutating func history(_ statistics: StatusReport.Statistics) {
        one("tokens_held_peak", .gauge, "The most tokens that were out at a time.", statistics.peak)
        family("tokens_held_mean", .gauge, "Tokens out in the mean since the start.", [([], statistics.mean)])
        let share = [([(String, String)](), statistics.atLimitShare)]
        family("at_limit_ratio", .gauge, "The share of the time with no token left.", share)
        let held = statistics.heldBack.sorted { $0.key < $1.key }.map { ([("rule", $0.key)], $0.value) }
        family("held_back_seconds_total", .counter, "Time in which somebody waited, by what held back.", held)
        for (name, part, wait) in [
            ("median", "half", statistics.waitP50), ("p99", "99 of 100", statistics.waitP99),
        ] {
            guard let wait else { continue }
            let help = "How long \(part) of all tokens were waited for at most."
            family("token_wait_\(name)_seconds", .gauge, help, [([], wait)])
        }
    }

    private mutating func builds(_ holders: [StatusReport.Holder]) {
        // By what is written: two that differ in what cannot be printed are one series, or the whole text is
        // refused.
        let held = holders.reduce(into: [String: Int]()) {
            $0[($1.build ?? "").printable, default: 0] += $1.tokens
        }
        let samples = held.sorted { $0.key < $1.key }.map { ([("build", $0.key)], Double($0.value)) }
        family("build_tokens_held", .gauge, "Tokens that are out, by build.", samples)
    }

    private mutating func one(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        family(name, kind, help, [([], Double(value))])
    }

    /// A metric with its known values; nothing if there is none.
    private mutating func family(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ samples: [(labels: [(String, String)], value: Double)]
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP steve_\(name) \(help)\n# TYPE steve_\(name) \(kind.rawValue)\n"
        for (labels, value) in samples {
            let written = labels.map { "\($0.0)=\(Escaping.prometheus($0.1))" }.joined(separator: ",")
            let number = Int(exactly: value).map(String.init) ?? "\(value)"
            text += "steve_\(name)\(written.isEmpty ? "" : "{\(written)}") \(number)\n"
        }
    }
}
