internal import ArgumentParser
internal import Linux
internal import Options
internal import Reports
internal import SteveClient
internal import Wire

/// `stevectl status`: who holds what, who waits, and why.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show tokens, limits, and the builds that hold or want some."
    )

    @OptionGroup
    var daemon: DaemonOption

    @Flag(help: "Print one JSON object, as docs/protocol.md describes it.")
    var json = false

    @Flag(name: .shortAndLong, help: "List the processes under their builds.")
    var verbose = false

    func run() throws {
        let report = try daemon.ask { (connection) throws(ControlFailure) in try connection.status() }
        guard !json else { return try StandardOutput.write(line: report) }
        let width = Terminal.width(of: 1)
        let table = StatusTable(
            report,
            fleet: FleetPool.status(environment: Environment.current),
            width: width ?? .max,
            isVerbose: verbose,
            inColour: width != nil && wantsColour(Environment.current)
        )
        try StandardOutput.write(table.text)
    }
}

extension StandardOutput {
    /// Writes a message as one line of JSON.
    static func write(line message: some JSONWritable) throws(Failure) {
        try write(String(decoding: ControlCoding.line(message), as: UTF8.self))
    }
}

/// Whether the user of a terminal with this environment wants colours.
func wantsColour(_ environment: [String: String]) -> Bool {
    (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
}
