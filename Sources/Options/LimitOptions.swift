internal import ArgumentParser
package import Wire

/// What may be granted, and to whom: the options that a daemon and the wrapper that starts one share.
package struct LimitOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Hand out at most N tokens (default: the CPUs this process may use).",
            valueName: "N"
        )
    )
    var jobs: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Ask no other limit while fewer than N tokens are out (default: 1).",
            valueName: "N"
        )
    )
    var minJobs: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Grant only while the load is below LIMIT (default: no limit).",
            valueName: "LIMIT"
        )
    )
    var loadAverage: String?

    @Option(
        help: ArgumentHelp(
            "What counts as load: average, of one minute, or running, the tasks that run now (default: average).",
            valueName: "SOURCE"
        )
    )
    var loadSource: String?

    @Option(
        name: [.customShort("r"), .long],
        help: ArgumentHelp(
            "Look at the machine every SECONDS while it matters (default: 0.5).",
            valueName: "SECONDS"
        )
    )
    var loadRecheckTimeout: String?

    @Option(
        name: [.customShort("a"), .long],
        help: ArgumentHelp(
            "Grant only while so much memory stays available (default: no limit).",
            valueName: "MIB"
        )
    )
    var minMemoryAvail: String?

    @Option(
        help: ArgumentHelp(
            "Expect a job to use so much at its peak (default: learnt from past jobs).",
            valueName: "MIB"
        )
    )
    var memoryPerJob: String?

    @Option(help: ArgumentHelp("Expect a job to grow for so long (default: 20).", valueName: "SECONDS"))
    var memorySettle: String?

    @Option(
        help: ArgumentHelp(
            "Grant only while the pressure (PSI, some avg10) of CPU and memory is below (default: no limit).",
            valueName: "PERCENT"
        )
    )
    var maxPressure: String?

    @Option(
        help: ArgumentHelp(
            "After a gate opens, so many grants a second and CPU (default: no limit).",
            valueName: "N"
        )
    )
    var ramp: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("No process holds more than N tokens (default: 0, no limit).", valueName: "N")
    )
    var perProcessLimit: String?

    @Option(help: ArgumentHelp("No build holds more than N tokens (default: 0, no limit).", valueName: "N"))
    var perBuildLimit: String?

    @Option(
        help: ArgumentHelp(
            "Keep N tokens for builds that hold none while others are there (default: 1).",
            valueName: "N"
        )
    )
    var reserve: String?

    @Option(
        help: ArgumentHelp(
            "Give builds whose label is like PATTERN a share of WEIGHT, as in 'dev-qt/*=0.5'; may be repeated.",
            valueName: "PATTERN=WEIGHT"
        )
    )
    var weight: [String] = []

    package init() {}

    /// What was given, by the settings' names.
    package var assignments: [SettingAssignment] {
        [
            .option("jobs", jobs),
            .option("min-jobs", minJobs),
            .option("load-average", loadAverage),
            .option("load-source", loadSource),
            .option("load-recheck-timeout", loadRecheckTimeout),
            .option("min-memory-avail", minMemoryAvail),
            .option("memory-per-job", memoryPerJob),
            .option("memory-settle", memorySettle),
            .option("max-pressure", maxPressure),
            .option("ramp", ramp),
            .option("per-process-limit", perProcessLimit),
            .option("per-build-limit", perBuildLimit),
            .option("reserve", reserve),
            .option("weight", weight.isEmpty ? nil : weight.joined(separator: " ")),
        ].compactMap(\.self)
    }
}

extension SettingAssignment {
    /// What the option of that name says, if it was given.
    package static func option(_ name: String, _ text: String?) -> SettingAssignment? {
        text.map { SettingAssignment(name, $0, from: .option) }
    }
}
