internal import ArgumentParser
internal import Options
internal import Wire

/// What a daemon is told that with-steve has to start, kept as text: `Wire` knows the ranges.
struct DaemonOptions: ParsableArguments {
    @OptionGroup(title: "Limits")
    var limits: LimitOptions

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
        limits.assignments
            + [
                .option("backend", backend),
                .option("group", group),
                .option("mode", mode),
                .option("linger", linger),
                .option("drain", drain),
                .option("verbose", verbose ? "yes" : nil),
            ].compactMap(\.self)
    }

    func validate() throws {
        do {
            _ = try Settings.merge(cpus: 1, options: assignments)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
