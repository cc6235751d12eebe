internal import ArgumentParser
internal import Options
internal import Wire

/// Where the tokens are, and who may have them.
struct DeviceOptions: ParsableArguments {
    @Option(help: "Serve /dev/NAME (default: steve).")
    var devName: String?

    @Option(
        help: """
            How to hand out tokens: cuse, a device that knows its clients; fifo, a named pipe that works anywhere; \
            fuse, a file for tests; auto, the device where /dev/cuse opens, else the pipe (default: auto).
            """
    )
    var backend: String?

    @Option(name: .shortAndLong, help: "Become USER once the device is open.")
    var user: String?

    @Option(help: "Give the device to GROUP (default: jobserver).")
    var group: String?

    @Option(help: "Give the device this octal MODE (default: 0660).")
    var mode: String?

    var assignments: [SettingAssignment] {
        [
            .option("dev-name", devName),
            .option("backend", backend),
            .option("user", user),
            .option("group", group),
            .option("mode", mode),
        ].compactMap(\.self)
    }
}
