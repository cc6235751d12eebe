internal import ArgumentParser
internal import Linux
internal import Options
internal import Reports
internal import SteveClient
internal import Wire

/// `stevectl sizes`: what the daemon has learnt of how much memory jobs use.
struct SizesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sizes",
        abstract: "Show how much memory jobs are expected to use, as it was learnt."
    )

    @OptionGroup
    var daemon: DaemonOption

    @Flag(help: "Print one JSON array, as docs/protocol.md describes it.")
    var json = false

    @Flag(help: "Drop what was learnt.")
    var forget = false

    func run() throws {
        let sizes = try daemon.ask { (connection) throws(ControlFailure) in
            try connection.sizes(forget: forget)
        }
        guard !json else { return try StandardOutput.write(line: sizes) }
        guard !forget else { return }
        try StandardOutput.write(sizes.text(width: Terminal.width(of: 1) ?? .max))
    }
}
