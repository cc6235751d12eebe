/// A row for each build, and below it, where that is asked for, for each of its processes.
struct BuildTable {
    private var table = TextTable([
        ("TOKENS", .right), ("OLDEST", .right), ("WAITING", .right), ("SINCE", .right), ("BUILD", .left),
    ])
    private var styles: [StyledLine.Style] = [.heading]

    /// A build; one that waits and has nothing stands out.
    ///
    /// `mark` is put before its label.
    mutating func add(_ build: StatusReport.Build, mark: String = "") {
        table.add([
            "\(build.tokens)", build.oldest.map(Figures.age) ?? "-", "\(build.waiting)",
            build.since.map(Figures.age) ?? "-", mark + build.name,
        ])
        styles.append(build.tokens == 0 ? .warning : .plain)
    }

    mutating func addProcesses(of build: StatusReport.Build, in report: StatusReport) {
        for holder in report.holders where holder.build == build.label {
            add(["\(holder.tokens)", Figures.age(holder.since), "", "", "  \(holder.pid) \(holder.command)"])
        }
        for waiter in report.waiters where waiter.build == build.label {
            let process = "  \(waiter.pid) \(waiter.command) (\(waiter.kind.rawValue))"
            add(["", "", "\(waiter.requests)", Figures.age(waiter.since), process])
        }
    }

    private mutating func add(_ cells: [String]) {
        table.add(cells)
        styles.append(.plain)
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
