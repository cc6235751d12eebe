extension Setting {
    /// Every setting there is: one line each, and a stored property with its default in `Settings`.
    package static let all: [Setting] = [
        .count("jobs", "j", \.jobs, 1...65_536, "Hand out at most N tokens."),
        .count("min-jobs", "m", \.minJobs, 0...65_536, "Ask no other limit while fewer are out."),
        .limit("load-average", "l", \.loadAverage, "Grant only below this load."),
        .choice("load-source", \.loadSource, "What counts as load.", isLive: true),
        .limit("min-memory-avail", "a", \.minMemoryAvail, "Grant only while so many MiB stay available."),
        .limit("memory-per-job", nil, \.memoryPerJob, "MiB that a job is expected to use."),
        .seconds("memory-settle", nil, \.memorySettle, 0...3_600, "A job is expected to grow so long."),
        .limit("max-pressure", nil, \.maxPressure, "Grant only below this pressure (PSI)."),
        .limit("ramp", nil, \.ramp, "Grants a second and CPU after a gate opens."),
        .count(
            "per-process-limit",
            "p",
            \.perProcessLimit,
            0...65_536,
            "No process holds more (0: no limit)."
        ),
        .count("per-build-limit", nil, \.perBuildLimit, 0...65_536, "No build holds more (0: no limit)."),
        .count("reserve", nil, \.reserve, 0...65_536, "Kept for builds that hold none."),
        .weights("weight", \.weights, "The share of builds by label."),
        .seconds("load-recheck-timeout", "r", \.loadRecheckTimeout, 0.1...3_600, "Sample so often."),
        .device("dev-name", \.deviceName, "Serve /dev/NAME."),
        .choice("backend", \.backend, "Hand out tokens by this means."),
        .account("user", "u", \.user, "Become this user once the device is open."),
        .account("group", nil, \.group, "Give the device to this group."),
        .mode("mode", \.mode, "Give the device this octal mode."),
        .seconds("linger", nil, \.linger, 0...86_400, "Stay so long after the last user."),
        .seconds("drain", nil, \.drain, 0...86_400, "Let clients finish so long at the end."),
        .flag("verbose", "v", \.verbose, "Log what happens to tokens."),
        .flag("debug", "d", \.debug, "Log every request."),
    ]

    /// The setting of that name.
    package static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}
