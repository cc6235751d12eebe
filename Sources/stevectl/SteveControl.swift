internal import ArgumentParser
internal import Options
internal import Wire

/// The command line that looks into a running daemon.
@main
struct SteveControl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stevectl",
        abstract: "See what a running steve does.",
        version: "stevectl \(Version.number)",
        subcommands: [StatusCommand.self, TraceCommand.self, MetricsCommand.self, DoctorCommand.self]
    )

    static func main() { runSayingErrorsInOneLine() }
}
