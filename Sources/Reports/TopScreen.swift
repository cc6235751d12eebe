package import Wire

/// One picture of `stevectl top`: a report as lines that fit on a terminal.
package struct TopScreen {
    private let report: StatusReport
    private let choice: TopChoice
    private let message: String
    private let width: Int
    private let height: Int

    /// `message` is shown once, such as a refusal.
    package init(
        _ report: StatusReport,
        _ choice: TopChoice = TopChoice(),
        message: String = "",
        width: Int,
        height: Int
    ) {
        self.report = report
        self.choice = choice
        self.message = message
        self.width = max(1, width)
        self.height = max(1, height)
    }

    /// As many lines as the terminal has, the keys on the last.
    package var lines: [StyledLine] {
        let room = max(0, height - head.count - 2)
        let queue = queue.isEmpty ? [] : [StyledLine("")] + queue
        // The builds may take what the queue leaves, and that leaves them two thirds.
        let shownQueue = shortened(queue, to: max(room / 3, room - builds.count))
        let shownBuilds = shortened(builds, to: room - shownQueue.count)
        var lines = head + [StyledLine("")] + shownBuilds + shownQueue
        lines = Array(lines.prefix(height - 1))
        lines += Array(repeating: StyledLine(""), count: height - 1 - lines.count)
        return (lines + [keys]).map { $0.cut(to: width) }
    }

    private var head: [StyledLine] {
        let counts =
            "\(report.held) held of \(report.limit), \(report.free) free, \(report.waiting) waiting, "
            + "\(report.lent) lent"
        return [
            StyledLine(report.deviceText.printable, .heading),
            StyledLine("tokens [\(TokenBar(report).text(width: width - 9))]"),
            StyledLine("       " + counts, report.free < 0 ? .warning : .plain),
            StyledLine("gate   " + report.gateText.printable, report.gate.open ? .good : .warning),
            StyledLine("load   \(report.loadText)   memory \(report.memoryText)"),
        ] + report.limits.map { StyledLine("limit  " + $0.text.printable) }
    }

    private var builds: [StyledLine] {
        var table = BuildTable(for: report)
        let letters = Dictionary(
            zip(report.builds.map(\.name), report.builds.indices.map(TokenBar.letter)),
            uniquingKeysWith: { first, _ in first }
        )
        for build in choice.chosen(of: report.builds) {
            table.add(build, mark: letters[build.name].map { "\($0) " } ?? "")
            if choice.isVerbose { table.addProcesses(of: build, in: report) }
        }
        return table.lines(width: width)
    }

    /// The processes that wait, longest first.
    private var queue: [StyledLine] {
        let waiters = report.waiters.filter {
            choice.filter.isEmpty || $0.build?.contains(choice.filter) == true
        }
        guard !waiters.isEmpty else { return [] }
        var table = TextTable([("WAITS", .right), ("FOR", .left), ("PID", .right), ("QUEUE", .left)])
        for waiter in waiters.sorted(by: { ($0.since, $1.pid) > ($1.since, $0.pid) }) {
            table.add([Figures.age(waiter.since), waiter.kind.rawValue, "\(waiter.pid)", waiter.command])
        }
        let lines = table.lines(width: width)
        return lines.prefix(1).map { StyledLine($0, .heading) } + lines.dropFirst().map { StyledLine($0) }
    }

    private func shortened(_ lines: [StyledLine], to count: Int) -> [StyledLine] {
        guard lines.count > count else { return lines }
        return lines.prefix(max(0, count - 1))
            + (count > 0 ? [StyledLine("… \(lines.count - count + 1) more")] : [])
    }

    private var keys: StyledLine {
        if choice.isTyping { return StyledLine("show builds with: \(choice.filter)_", .inverse) }
        guard message.isEmpty else { return StyledLine(message.printable, .warning) }
        let filter = choice.filter.isEmpty ? "" : " (\(choice.filter))"
        return StyledLine(
            "q quit  s sort by \(choice.order.rawValue)  / filter\(filter)  v processes  + - limit",
            .inverse
        )
    }
}
