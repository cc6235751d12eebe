internal import ArgumentParser
internal import Linux
internal import Packing
internal import Squashfs

/// `steve-squash list`: what the rules leave out.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show what rules leave out of an image, and what each of them saves."
    )

    @OptionGroup
    var selection: SelectionOptions

    @Flag(help: "Print the paths that stay out, not the rules.")
    var paths = false

    func run() throws {
        let options = try selection.packOptions()
        var survey = ExclusionSurvey(options)
        try survey.run { path in
            if paths { print(printable(path)) }
        }
        for (rule, amount) in zip(options.rules.rules, survey.amounts) {
            if amount.names == 0 {
                StandardError.write("steve-squash: warning: the rule \(rule.text) matches nothing\n")
            }
            guard !paths else { continue }
            print(
                "\(Self.column(binarySize(amount.bytes), 12)) \(Self.column("\(amount.names)", 9))  \(rule.text)"
            )
        }
        guard !paths else { return }
        print(
            "\(Self.column(binarySize(survey.kept.bytes), 12)) \(Self.column("\(survey.kept.names)", 9))  (kept)"
        )
    }

    private static func column(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
