internal import Wire

extension [JobSize] {
    /// The table for people.
    package func text(width: Int) -> String {
        guard !isEmpty else {
            return
                "no job has been looked at: sizes are learnt while a limit of memory holds (min-memory-avail)\n"
        }
        var table = TextTable([
            ("EXPECTED MIB", .right), ("LARGEST MIB", .right), ("JOBS", .right), ("COMMAND", .left),
            ("PACKAGE", .left),
        ])
        for size in self {
            let figures = [size.expected, size.largest].map { "\(Int($0.rounded()))" }
            table.add(figures + ["\(size.jobs)", size.command ?? "(any)", size.package ?? "(any)"])
        }
        return table.lines(width: width).map { $0 + "\n" }.joined()
    }
}
