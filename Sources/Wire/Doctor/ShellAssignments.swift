/// The assignments of a file that a shell would read, as far as it takes to look at make.conf or sandbox.d.
///
/// `${NAME}` of an earlier line is put in, and the file that `source` names; all else of a shell is passed over.
package enum ShellAssignments {
    /// So many files are read: one may source itself.
    private static let mostSources = 100

    /// Every variable with its last value; `sourced` gives the text of a file by its path.
    package static func read(_ text: String, sourced: (String) -> String = { _ in "" }) -> [String: String] {
        var values: [String: String] = [:]
        var rest = Substring(text)
        var sources = 0
        while !rest.isEmpty {
            rest = rest.drop { $0.isWhitespace }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            let after = rest[name.endIndex...]
            if !name.isEmpty, after.first == "=" || after.hasPrefix("+=") {
                let adds = after.first == "+"
                let (value, end) = value(after.dropFirst(adds ? 2 : 1), values)
                values[String(name)] = adds ? (values[String(name)] ?? "") + value : value
                rest = end
            } else if name == "export", isBlank(after.first) {
                rest = after
            } else if name == "source", isBlank(after.first), sources < mostSources {
                sources += 1
                let (path, end) = value(after.drop { isBlank($0) }, values)
                rest = sourced(path) + "\n" + end
            } else {
                rest = rest.drop { !$0.isNewline }
            }
        }
        return values
    }

    private static func isBlank(_ character: Character?) -> Bool { character == " " || character == "\t" }

    /// A word with its quotes taken off, and what follows it.
    private static func value(_ text: Substring, _ values: [String: String]) -> (String, Substring) {
        var (value, rest) = ("", text)
        var quote: Character?
        while let character = rest.first {
            if quote == nil, character.isWhitespace || character == "#" { break }
            rest = rest.dropFirst()
            switch character {
            case quote: quote = nil
            case "\"" where quote == nil, "'" where quote == nil: quote = character
            case "\\" where quote != "'":
                if let next = rest.first, !next.isNewline { value.append(next) }
                rest = rest.dropFirst()
            case "$" where quote != "'":
                let (name, end) = variable(rest)
                value += name.map { values[$0] ?? "" } ?? "$"
                rest = end
            case _ where character.isNewline: value.append(" ")
            default: value.append(character)
            }
        }
        return (value, rest)
    }

    private static func variable(_ text: Substring) -> (String?, Substring) {
        let isBraced = text.first == "{"
        let start = isBraced ? text.dropFirst() : text
        let name = start.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard !name.isEmpty else { return (nil, text) }
        let after = start[name.endIndex...]
        return (String(name), isBraced && after.first == "}" ? after.dropFirst() : after)
    }
}
