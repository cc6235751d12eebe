internal import ArgumentParser
internal import Wire

/// What may be granted.
struct LimitOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Hand out at most N tokens (default: the CPUs this process may use).")
    var jobs: String?

    @Option(name: .shortAndLong, help: "Ask no other limit while fewer than N tokens are out (default: 1).")
    var minJobs: String?

    @Option(
        name: .shortAndLong,
        help: "Grant only while the load average is below LIMIT (default: no limit)."
    )
    var loadAverage: String?

    @Option(
        name: [.customShort("r"), .long],
        help: "Look at the load every SECONDS while it matters (default: 0.5)."
    )
    var loadRecheckTimeout: String?

    var assignments: [SettingAssignment] {
        [
            .option("jobs", jobs),
            .option("min-jobs", minJobs),
            .option("load-average", loadAverage),
            .option("load-recheck-timeout", loadRecheckTimeout),
        ].compactMap(\.self)
    }
}

extension SettingAssignment {
    /// What the option of that name says, if it was given.
    static func option(_ name: String, _ text: String?) -> SettingAssignment? {
        text.map { SettingAssignment(name, $0, from: .option) }
    }
}
