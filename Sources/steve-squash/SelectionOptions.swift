internal import ArgumentParser
internal import Packing
internal import Squashfs

/// A word of the command line as its bytes: a path need not be UTF-8.
struct Bytes: ExpressibleByArgument {
    let bytes: [UInt8]

    init?(argument: String) { bytes = RawArguments.bytes(of: argument) }
}

/// What stays out of an image: the options that `pack`, `list` and `check` share.
struct SelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Leave out what the rule says, see RULES in the manual.", valueName: "RULE"))
    var exclude: [Bytes] = []

    @Option(help: ArgumentHelp("Read rules from FILE, one a line.", valueName: "FILE"))
    var excludeFrom: [Bytes] = []

    @Flag(help: "Stay on each root's file system; mount points stay, empty.")
    var oneFileSystem = false

    /// The rules of the files and then those of the command line, so that the latter win.
    private func rules() throws -> ExclusionRules {
        var rules = ExclusionRules()
        for file in excludeFrom {
            for (number, line) in try TextFile.lines(path: file.bytes).enumerated() {
                guard rules.add(line: line) else {
                    throw PackError.refused(
                        "\(printable(file.bytes)):\(number + 1): not a rule: \(printable(line))"
                    )
                }
            }
        }
        for rule in exclude where !rules.add(line: rule.bytes) {
            throw PackError.refused("--exclude: not a rule: \(printable(rule.bytes))")
        }
        return rules
    }

    func packOptions(_ roots: [Bytes]) throws -> PackOptions {
        var options = PackOptions()
        options.roots = roots.map(\.bytes)
        options.rules = try rules()
        options.staysOnFileSystem = oneFileSystem
        return options
    }
}
