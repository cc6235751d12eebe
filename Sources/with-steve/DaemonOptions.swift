internal import ArgumentParser
internal import Wire

/// What a daemon is told that with-steve has to start, kept as text: `Wire` knows the ranges.
struct DaemonOptions: ParsableArguments {
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

    @Option(help: "Hand out tokens by cuse, fifo, fuse, or what there is: auto (default: auto).")
    var backend: String?

    @Option(help: "Give the device to GROUP (default: jobserver).")
    var group: String?

    @Option(help: "Give the device this octal MODE (default: 0660).")
    var mode: String?

    @Option(help: "Keep the daemon for SECONDS after its last user (default: 0).")
    var linger: String?

    @Option(help: "At its end, let clients finish for SECONDS (default: 0).")
    var drain: String?

    @Flag(name: .shortAndLong, help: "Log what happens to tokens.")
    var verbose = false

    /// What was given, by the settings' names.
    var assignments: [SettingAssignment] {
        let given: [(name: String, text: String?)] = [
            ("jobs", jobs), ("min-jobs", minJobs), ("load-average", loadAverage),
            ("load-recheck-timeout", loadRecheckTimeout), ("backend", backend), ("group", group),
            ("mode", mode),
            ("linger", linger), ("drain", drain), ("verbose", verbose ? "yes" : nil),
        ]
        return given.compactMap { name, text in text.map { SettingAssignment(name, $0, from: .option) } }
    }

    func validate() throws {
        do {
            _ = try Settings.merge(cpus: 1, options: assignments)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
