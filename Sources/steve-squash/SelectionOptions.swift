internal import ArgumentParser
internal import Packing
internal import Squashfs

/// What goes into an image: the options that `pack` and `list` share.
struct SelectionOptions: ParsableArguments {
    @Argument(help: "The folders whose contents become the image; later ones are laid over earlier ones.")
    var roots: [String]

    @Option(help: ArgumentHelp("Leave out what the rule says, see RULES in the manual.", valueName: "RULE"))
    var exclude: [String] = []

    @Option(help: ArgumentHelp("Read rules from FILE, one a line.", valueName: "FILE"))
    var excludeFrom: [String] = []

    @Flag(help: "Stay on each root's file system; mount points stay, empty.")
    var oneFileSystem = false

    /// The rules of the files and then those of the command line, so that the latter win.
    func rules() throws -> ExclusionRules {
        var rules = ExclusionRules()
        for file in excludeFrom {
            for (number, line) in try TextFile.lines(path: Array(file.utf8)).enumerated() {
                guard rules.add(line: line) else {
                    throw PackError.refused("\(file):\(number + 1): not a rule: \(printable(line))")
                }
            }
        }
        for rule in exclude where !rules.add(line: Array(rule.utf8)) {
            throw PackError.refused("--exclude: not a rule: \(rule)")
        }
        return rules
    }

    func packOptions() throws -> PackOptions {
        var options = PackOptions()
        options.roots = roots.map { Array($0.utf8) }
        options.rules = try rules()
        options.staysOnFileSystem = oneFileSystem
        return options
    }
}
