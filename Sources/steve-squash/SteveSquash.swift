internal import ArgumentParser
internal import Options
internal import Packing
internal import Squashfs
internal import Wire

/// The command line that packs root trees and reads images back.
@main
struct SteveSquash: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steve-squash",
        abstract: "Pack folders into a squashfs image, with the jobserver's tokens.",
        version: "steve-squash \(Version.number)",
        subcommands: [PackCommand.self, ListCommand.self, CheckCommand.self, InfoCommand.self]
    )

    static func main() {
        runSayingErrorsInOneLine(RawArguments.words) { printable(RawArguments.bytes(of: $0)) }
    }
}
