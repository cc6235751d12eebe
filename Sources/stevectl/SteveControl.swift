internal import ArgumentParser
internal import Options
internal import Wire

/// The command line that looks into a running daemon.
@main
struct SteveControl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stevectl",
        abstract: "See what a running steve does, and steer it.",
        discussion: "See stevectl(1).",
        version: "stevectl \(Version.number)",
        subcommands: [
            StatusCommand.self, SetCommand.self, LimitCommand.self, RunCommand.self, WaitCommand.self,
            TopCommand.self,
        ]
    )

    static func main() {
        invokedName == "stevie" ? Stevie.runSayingErrorsInOneLine() : runSayingErrorsInOneLine()
    }

    /// The name by which it was started: stevie by a link of that name.
    static let invokedName =
        CommandLine.arguments.first?.split(separator: "/").last == "stevie" ? "stevie" : "stevectl"
}
