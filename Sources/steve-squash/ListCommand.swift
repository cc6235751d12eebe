internal import ArgumentParser
internal import Linux
internal import Options
internal import Packing
internal import Squashfs

/// `steve-squash list`: what the rules leave out.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show what rules leave out of an image, and what each of them saves."
    )

    @Argument(help: "The folders of which an image would be made.")
    var roots: [Bytes]

    @OptionGroup
    var selection: SelectionOptions

    @Flag(help: "Print the paths that stay out, not the rules.")
    var paths = false

    func run() throws {
        let options = try selection.packOptions(roots)
        var survey = ExclusionSurvey(options)
        var text = ""
        try survey.run { path in
            if paths { text += printable(path) + "\n" }
        }
        for warning in survey.warnings { StandardError.write("steve-squash: warning: \(warning)\n") }
        for (rule, amount) in zip(options.rules.rules, survey.amounts) {
            if amount.names == 0 {
                StandardError.write("steve-squash: warning: the rule \(rule.text) matches nothing\n")
            }
            if !paths { text += Self.row(amount.bytes, amount.names, rule.text) }
        }
        if !paths { text += Self.row(survey.kept.bytes, survey.kept.names, "(kept)") }
        try StandardOutput.write(text)
    }

    private static func row(_ bytes: UInt64, _ names: Int, _ what: String) -> String {
        "\(column(binarySize(bytes), 12)) \(column("\(names)", 9))  \(what)\n"
    }

    private static func column(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
