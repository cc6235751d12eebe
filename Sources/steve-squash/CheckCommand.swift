internal import ArgumentParser
internal import Linux
internal import Options
internal import Packing
internal import Squashfs

/// `steve-squash check`: reads all of an image.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read everything in an image; with --against, compare it with a folder.",
        discussion: "Exit status 1 when the image is damaged or differs."
    )

    @Argument(help: "The image to read.")
    var image: String

    @Option(
        help: ArgumentHelp(
            "Compare names, modes, owners, times, attributes and bytes with ROOT.",
            valueName: "ROOT"
        )
    )
    var against: String?

    func run() throws {
        do { try read() } catch PackError.image(let error) { throw PackError.refused("\(image): \(error)") }
    }

    private func read() throws {
        let reader = try ImageFile(path: Array(image.utf8)).reader()
        var check = ImageCheck(reader)
        do { try check.run() } catch { throw PackError.image(error) }
        let inodes = check.kinds.values.reduce(0, +)
        try StandardOutput.write("\(inodes) inodes, \(binarySize(check.fileBytes)) of files: whole\n")
        guard let against else { return }
        var comparison = try TreeComparison(reader, root: Array(against.utf8))
        try comparison.run()
        for difference in comparison.differences { StandardError.write("steve-squash: \(difference)\n") }
        guard comparison.differences.isEmpty else { throw ExitCode.failure }
        try StandardOutput.write("the same as \(against)\n")
    }
}
