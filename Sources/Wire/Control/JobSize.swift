/// What one kind of jobs has used at its peak, in MiB.
public struct JobSize: Codable, Equatable, Sendable {
    /// `category/package`; absent: of any package, or of none.
    public var package: String?
    /// The command's name; absent: of any command.
    public var command: String?
    /// How many of the last jobs it was learnt from.
    public var jobs: Int
    /// What the next one is expected to use.
    public var expected: Double
    /// What the largest used.
    public var largest: Double

    package init(package: String?, command: String?, jobs: Int, expected: Double, largest: Double) {
        self.package = package
        self.command = command
        self.jobs = jobs
        self.expected = expected
        self.largest = largest
    }
}

extension JobSize: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("command", ifThere: command)
            json.member("expected", expected)
            json.member("jobs", jobs)
            json.member("largest", largest)
            json.member("package", ifThere: package)
        }
    }
}

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
