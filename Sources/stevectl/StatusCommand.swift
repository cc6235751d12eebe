internal import ArgumentParser
internal import Linux
internal import SteveClient
internal import Wire

/// `stevectl status`: who holds what, who waits, and why.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show tokens, the load, holders and waiters."
    )

    @OptionGroup
    var daemon: DaemonOption

    @Flag(help: "Print one JSON object, as docs/protocol.md describes it.")
    var json = false

    func run() throws {
        let report = try daemon.ask { (connection) throws(ControlFailure) in try connection.status() }
        let text =
            json
            ? String(decoding: ControlCoding.line(report), as: UTF8.self)
            : StatusTable(report, width: Terminal.width(of: 1) ?? .max).text
        print(text, terminator: "")
    }
}
