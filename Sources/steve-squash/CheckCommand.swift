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
    var image: Bytes

    @Option(
        help: ArgumentHelp(
            "Compare names, modes, owners, times, attributes and bytes with ROOT; several as for pack.",
            valueName: "ROOT"
        )
    )
    var against: [Bytes] = []

    @OptionGroup(title: "WITH WHAT IT WAS PACKED")
    var selection: SelectionOptions

    @OptionGroup(title: "WITH WHAT IT WAS PACKED")
    var content: ContentOptions

    func run() throws {
        do { try read() } catch PackError.image(let error) {
            throw PackError.refused("\(printable(image.bytes)): \(error)")
        }
    }

    private func read() throws {
        let file = try ImageFile(path: image.bytes)
        let reader = try file.reader()
        var check = ImageCheck(reader)
        do { try check.run() } catch { throw PackError.image(error) }
        let inodes = check.kinds.values.reduce(0, +)
        try StandardOutput.write("\(inodes) inodes, \(binarySize(check.fileBytes)) of files: whole\n")
        guard !against.isEmpty else { return }
        var options = try selection.packOptions(against)
        options.output = image.bytes
        try content.apply(to: &options, Environment.current)
        var comparison = try TreeComparison(reader, options)
        try comparison.run()
        for warning in comparison.warnings { StandardError.write("steve-squash: warning: \(warning)\n") }
        for difference in comparison.differences { StandardError.write("steve-squash: \(difference)\n") }
        guard comparison.differences.isEmpty else { throw ExitCode.failure }
        let roots = against.map { printable($0.bytes) }.joined(separator: ", ")
        try StandardOutput.write("the same as \(roots)\n")
    }
}
