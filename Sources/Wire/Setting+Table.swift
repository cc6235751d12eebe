extension Setting {
    /// Every setting there is: one line each, and a stored property with its default in `Settings`.
    package static let all: [Setting] = [
        .count(
            "jobs",
            "j",
            \.jobs,
            1...65_536,
            "Hand out at most N tokens (default: the CPUs that may be used)."
        ),
        .count(
            "min-jobs",
            "m",
            \.minJobs,
            0...65_536,
            "Ask no other limit while fewer than N are out (default: 1)."
        ),
        .limit(
            "load-average",
            "l",
            \.loadAverage,
            "Grant only while the load is below LIMIT (default: no limit)."
        ),
        .seconds(
            "load-recheck-timeout",
            "r",
            \.loadRecheckTimeout,
            0.1...3_600,
            "Look at it so often (default: 0.5)."
        ),
        .choice(
            "load-source",
            \.loadSource,
            "The mean of a minute, or the tasks that run now.",
            isLive: true
        ),
        .memory(
            "min-memory-avail",
            "a",
            \.minMemoryAvail,
            "Grant only while so many MiB, or auto, 4 % of all, stay available (default: no limit)."
        ),
        .limit("memory-per-job", nil, \.memoryPerJob, "Expect a job to use so many MiB (default: learnt)."),
        .seconds(
            "memory-settle",
            nil,
            \.memorySettle,
            0...3_600,
            "Expect a job to grow so long (default: 20)."
        ),
        .limit(
            "max-pressure",
            nil,
            \.maxPressure,
            "Grant only below this pressure, per cent of PSI some avg10 (default: no limit)."
        ),
        .limit("ramp", nil, \.ramp, "Grants a second and CPU after a gate opens (default: no limit)."),
        .count(
            "per-process-limit",
            "p",
            \.perProcessLimit,
            0...65_536,
            "No process holds more than N (default: 0, none)."
        ),
        .count(
            "per-build-limit",
            nil,
            \.perBuildLimit,
            0...65_536,
            "No build holds more than N (default: 0, none)."
        ),
        .countOrAuto(
            "reserve",
            \.reserve,
            0...65_536,
            "Keep N for builds that hold none (default: auto, from those that give none back)."
        ),
        .weights("weight", \.weights, "Give builds whose label is like PATTERN that share; may be repeated."),
        .device("dev-name", \.deviceName, "Serve /dev/NAME (default: steve)."),
        .choice("backend", \.backend, "By a device, a pipe, a file, or what there is (default: auto)."),
        .account("user", "u", \.user, "Become this user once the device is open."),
        .account("group", nil, \.group, "Give the device to this group (default: jobserver)."),
        .mode("mode", \.mode, "Give the device this octal mode (default: 0660)."),
        .account(
            "control-group",
            nil,
            \.controlGroup,
            "Let its members change settings, too, and nobody else limit others (default: none)."
        ),
        .seconds("linger", nil, \.linger, 0...86_400, "Stay so long after the last user (default: 0)."),
        .seconds("drain", nil, \.drain, 0...86_400, "At the end let clients finish so long (default: 0)."),
        .flag("verbose", "v", \.verbose, "Log what happens to tokens."),
        .flag("debug", "d", \.debug, "Log every request."),
    ]

    /// The setting of that name.
    package static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}
