internal import Wire

/// A row for each build, and below it, if wanted, a row for each of its processes.
struct BuildTable {
    private var table: TextTable
    private var styles: [StyledLine.Style] = [.heading]
    /// Where jobs run on other machines there is a column for them.
    private let showsElsewhere: Bool

    init(for report: StatusReport) {
        showsElsewhere = report.lent > 0
        table = TextTable(
            [("TOKENS", .right), ("OLDEST", .right)] + (showsElsewhere ? [("ELSEWHERE", .right)] : [])
                + [("WAITING", .right), ("SINCE", .right), ("BUILD", .left)]
        )
    }

    /// A build; one that waits and holds nothing stands out.
    ///
    /// `mark` is put before its label.
    mutating func add(_ build: StatusReport.Build, mark: String = "") {
        let lent = build.lent ?? 0
        add(
            ["\(build.tokens)", build.oldest.map(Figures.age) ?? "-"],
            elsewhere: "\(lent)",
            ["\(build.waiting)", build.since.map(Figures.age) ?? "-", mark + build.name],
            build.tokens + lent == 0 ? .warning : .plain
        )
    }

    mutating func addProcesses(of build: StatusReport.Build, in report: StatusReport) {
        for holder in report.holders where holder.build == build.label {
            add(
                ["\(holder.tokens)", Figures.age(holder.since)],
                ["", "", "  \(holder.pid) \(holder.command)"]
            )
        }
        for lender in report.lenders ?? [] where lender.build == build.label {
            add(["", ""], elsewhere: "1", ["", "", "  \(lender.pid) \(lender.command)"])
        }
        for waiter in report.waiters where waiter.build == build.label {
            let process = "  \(waiter.pid) \(waiter.command) (\(waiter.kind.rawValue))"
            add(["", ""], ["\(waiter.requests)", Figures.age(waiter.since), process])
        }
    }

    private mutating func add(
        _ first: [String],
        elsewhere: String = "",
        _ last: [String],
        _ style: StyledLine.Style = .plain
    ) {
        table.add(first + (showsElsewhere ? [elsewhere] : []) + last)
        styles.append(style)
    }

    /// The lines, headings first.
    func lines(width: Int) -> [StyledLine] {
        zip(table.lines(width: width), styles).map { StyledLine($0, $1) }
    }
}

extension StatusReport.Build {
    /// The label, or what to call processes that the daemon cannot see.
    var name: String { label ?? "(outside of this PID namespace)" }
}
