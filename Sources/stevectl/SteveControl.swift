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
            TopCommand.self, TraceCommand.self, MetricsCommand.self, SizesCommand.self, DoctorCommand.self,
            UpgradeCommand.self,
        ]
    )

    static func main() {
        invokedName == "stevie"
            ? Stevie.runSayingErrorsInOneLine()
            : runSayingErrorsInOneLine(commandFirst(Array(CommandLine.arguments.dropFirst())))
    }

    /// The same words, with a `--device NAME` that stands before the command moved behind it.
    private static func commandFirst(_ words: [String]) -> [String] {
        let names = ["--device", "--dev-name"]
        var index = words.startIndex
        while index < words.endIndex, let name = names.first(where: { words[index].hasPrefix($0) }) {
            index += words[index] == name ? 2 : 1
        }
        guard index < words.endIndex else { return words }
        return [words[index]] + words[..<index] + words[(index + 1)...]
    }

    /// The name by which it was started: stevie by a link of that name.
    static let invokedName =
        CommandLine.arguments.first?.split(separator: "/").last == "stevie" ? "stevie" : "stevectl"
}
