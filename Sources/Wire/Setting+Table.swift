extension Setting {
    /// Every setting there is: one line each, and a stored property with its default in `Settings`.
    package static let all: [Setting] = [
        .count("jobs", "j", \.jobs, 1...65_536, "Hand out at most N tokens."),
        .count("min-jobs", "m", \.minJobs, 0...65_536, "Ask no other limit while fewer are out."),
        .limit("load-average", "l", \.loadAverage, "Grant only below this load."),
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
