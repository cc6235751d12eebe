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
