internal import ArgumentParser
internal import Packing
internal import Squashfs

/// Packs root trees into squashfs images, and reads them back.
@main
struct SteveSquash: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steve-squash",
        abstract: "Packs folders into a squashfs image with the jobserver's tokens.",
        subcommands: [Pack.self]
    )
}
