/// A status report for people, as wide as their terminal.
package struct StatusTable {
    private let report: StatusReport
    private let width: Int

    /// Lines are cut to `width` columns.
    package init(_ report: StatusReport, width: Int = .max) {
        self.report = report
        self.width = width
    }

    /// The whole text, newline at the end.
    package var text: String {
        let parts = [summary, holders, waiters, users].filter { !$0.isEmpty }
        return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var summary: [String] {
        let load = report.load.limit.map { "\(short(report.load.oneMinute)), limit \(short($0))" }
        let totals = report.totals
        let facts = [
            (
                "device",
                "\(report.path) (\(report.backend.rawValue)), steve \(report.version), up \(age(report.uptime))"
            ),
            (
                "tokens",
                "limit \(report.limit), free \(report.free), held \(report.held), reserved \(report.reserved), "
                    + "lent \(report.lent), waiting \(report.waiting)"
            ),
            ("gate", report.gate.open ? "open" : report.gate.text),
            ("load", load ?? "\(short(report.load.oneMinute)), no limit"),
            (
                "totals",
                "granted \(totals.granted), returned \(totals.returned), reclaimed \(totals.reclaimed), "
                    + "lent \(totals.lent), bytes dropped \(totals.dropped)" + waits
            ),
        ]
        return facts.map { ($0 + "       ".dropFirst($0.count) + $1.printable).cut(to: width) }
    }

    private var holders: [String] {
        let unknown = "holders not known: a named pipe does not tell who took a byte".cut(to: width)
        guard !report.holders.isEmpty else { return report.holdersKnown ? [] : [unknown] }
        var table = TextTable([
            ("PID", .right), ("TOKENS", .right), ("SINCE", .right), ("BUILD", .left), ("COMMAND", .left),
        ])
        for holder in report.holders {
            let build = holder.build ?? "-"
            table.add(["\(holder.pid)", "\(holder.tokens)", age(holder.since), build, holder.command])
        }
        return table.lines(width: width) + (report.holdersKnown ? [] : [unknown])
    }

    private var waiters: [String] {
        guard !report.waiters.isEmpty else { return [] }
        var table = TextTable([
            ("PID", .right), ("REQUESTS", .right), ("SINCE", .right), ("WAITS", .left), ("COMMAND", .left),
        ])
        for waiter in report.waiters {
            let kind = waiter.kind.rawValue
            table.add(["\(waiter.pid)", "\(waiter.requests)", age(waiter.since), kind, waiter.command])
        }
        return table.lines(width: width)
    }

    private var users: [String] {
        guard !report.users.isEmpty else { return [] }
        var table = TextTable([("PID", .right), ("SLOT", .left), ("USER", .left)])
        for user in report.users {
            table.add(["\(user.pid)", user.slot ? "one token" : "its caller's", user.command])
        }
        return table.lines(width: width)
    }

    /// How long tokens were waited for, as far as that is known.
    private var waits: String {
        guard let half = report.statistics.waitP50, let most = report.statistics.waitP99 else { return "" }
        return ", waits p50 \(seconds(half)), p99 \(seconds(most))"
    }

    /// A short time to the millisecond, a long one as an age.
    private func seconds(_ value: Double) -> String {
        guard value > 0, value < 10 else { return value > 0 ? age(value) : "0s" }
        return value < 0.001 ? "<1ms" : "\((value * 1_000).rounded() / 1_000)s"
    }

    /// At most two places: `31.25`, `32`.
    private func short(_ value: Double) -> String {
        let hundredths = (value * 100).rounded() / 100
        return Int(exactly: hundredths).map(String.init) ?? "\(hundredths)"
    }

    /// Two units at most: `0.4s`, `12s`, `1m 02s`, `2h 03m`, `3d 04h`.
    private func age(_ seconds: Double) -> String {
        guard seconds >= 10 else { return "\((max(0, seconds) * 10).rounded(.down) / 10)s" }
        let whole = Int(min(seconds, 1e12))
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3_600: return "\(whole / 60)m \(twoDigits(whole % 60))s"
        case ..<86_400: return "\(whole / 3_600)h \(twoDigits(whole / 60 % 60))m"
        default: return "\(whole / 86_400)d \(twoDigits(whole / 3_600 % 24))h"
        }
    }

    private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
