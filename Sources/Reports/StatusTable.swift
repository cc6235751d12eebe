package import Wire

/// A status report for people, as wide as their terminal.
package struct StatusTable {
    private let report: StatusReport
    /// The pool of jobs that other machines do for this one.
    private let fleet: StatusReport?
    private let width: Int
    private let isVerbose: Bool
    private let inColour: Bool

    /// Lines are cut to `width` columns; `isVerbose` lists the processes under their builds.
    package init(
        _ report: StatusReport,
        fleet: StatusReport? = nil,
        width: Int = .max,
        isVerbose: Bool = false,
        inColour: Bool = false
    ) {
        self.report = report
        self.fleet = fleet?.path == report.path ? nil : fleet
        self.width = width
        self.isVerbose = isVerbose
        self.inColour = inColour
    }

    /// The whole text, newline at the end.
    package var text: String {
        let parts = [summary, builds, isVerbose ? users : []].filter { !$0.isEmpty }
        let lines = parts.joined(separator: [StyledLine("")])
        return lines.map { $0.cut(to: width).rendered(inColour: inColour) + "\n" }.joined()
    }

    private var summary: [StyledLine] {
        let tokens =
            "limit \(report.limit), free \(report.free), held \(report.held), reserved \(report.reserved), "
            + "lent \(report.lent), waiting \(report.waiting)"
        return [
            fact("device", report.deviceText), fact("tokens", tokens, report.free < 0 ? .warning : .plain),
        ]
            + [fact("gate", report.gateText, report.gate.open ? .good : .warning)]
            + [fact("load", report.loadText), fact("memory", report.memoryText)]
            + (fleet.map { [fact("fleet", "\($0.held) of \($0.limit) jobs elsewhere (\($0.path))")] } ?? [])
            + report.limits.map { fact("limit", $0.text) } + [fact("totals", totals)]
            + (isVerbose ? report.confinement.map { [fact("guard", $0.text)] } ?? [] : [])
            + (report.takeovers.map { [fact("server", $0.text)] } ?? [])
            + (report.orphan.map {
                [fact("server", "PID \($0): its keeper was killed; \(Self.keepAdvice)", .warning)]
            } ?? [])
    }

    private static let keepAdvice = "the next steve that is started is its keeper"

    private func fact(_ name: String, _ text: String, _ style: StyledLine.Style = .plain) -> StyledLine {
        StyledLine(name + "       ".dropFirst(name.count) + text.printable, style)
    }

    private var totals: String {
        let totals = report.totals
        guard report.holdersKnown else {
            return
                "reclaimed \(totals.reclaimed), bytes dropped \(totals.dropped): a named pipe does not tell of more"
        }
        return "granted \(totals.granted), returned \(totals.returned), reclaimed \(totals.reclaimed), "
            + "lent \(totals.lent), bytes dropped \(totals.dropped)" + waits
    }

    /// How long tokens were waited for, as far as that is known.
    private var waits: String {
        guard let half = report.statistics.waitP50, let most = report.statistics.waitP99 else { return "" }
        return ", waits p50 \(Figures.wait(half)), p99 \(Figures.wait(most))"
    }

    private var builds: [StyledLine] {
        let unknown = StyledLine("holders not known: a named pipe does not tell who took a byte")
        let notes = report.holdersKnown ? [] : [unknown]
        guard !report.builds.isEmpty else { return notes }
        var table = BuildTable(for: report)
        for build in report.builds {
            table.add(build)
            if isVerbose { table.addProcesses(of: build, in: report) }
        }
        return table.lines(width: width) + notes
    }

    private var users: [StyledLine] {
        guard !report.users.isEmpty else { return [] }
        var table = TextTable([("PID", .right), ("SLOT", .left), ("USER", .left)])
        for user in report.users {
            table.add(["\(user.pid)", user.slot ? "one token" : "its caller's", user.command])
        }
        let lines = table.lines(width: width)
        return lines.prefix(1).map { StyledLine($0, .heading) } + lines.dropFirst().map { StyledLine($0) }
    }
}
