internal import ArgumentParser
internal import Packing
internal import Squashfs

/// How the image differs from the tree: the options that `pack` and `check` share.
struct ContentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Add a folder or device node, see PSEUDO LINES in the manual.", valueName: "LINE")
    )
    var pseudo: [Bytes] = []

    @Flag(help: "Give everything to root.")
    var allRoot = false

    @Option(
        help: ArgumentHelp(
            "Leave out extended attributes of such names, like security.selinux or user.*.",
            valueName: "PATTERN"
        )
    )
    var xattrsExclude: [Bytes] = []

    func validate() throws {
        for line in pseudo where PseudoLine(line.bytes) == nil {
            throw ValidationError(
                "--pseudo: not \"PATH d MODE UID GID\" or \"PATH c|b MODE UID GID MAJOR MINOR\": "
                    + printable(line.bytes)
            )
        }
        var filter = AttributeFilter()
        for pattern in xattrsExclude where !filter.exclude(pattern.bytes) {
            throw ValidationError("--xattrs-exclude: not a pattern: \(printable(pattern.bytes))")
        }
    }

    /// Writes them into the options; SOURCE_DATE_EPOCH is one of them.
    func apply(to options: inout PackOptions, _ environment: [String: String]) throws {
        options.pseudo = pseudo.compactMap { PseudoLine($0.bytes) }
        options.allRoot = allRoot
        for pattern in xattrsExclude { _ = options.attributes.exclude(pattern.bytes) }
        options.latestTime = try Self.latestTime(environment)
    }

    /// SOURCE_DATE_EPOCH: what makes an image the same however late its tree was unpacked.
    private static func latestTime(_ environment: [String: String]) throws -> UInt32? {
        guard let text = environment["SOURCE_DATE_EPOCH"] else { return nil }
        guard let seconds = UInt32(text) else {
            throw PackError.refused(
                "SOURCE_DATE_EPOCH is \"\(printable(text))\", not seconds since 1970 as squashfs can hold them"
            )
        }
        return seconds
    }
}
