/// The assignments of a file that a shell would read, as far as is needed for make.conf or sandbox.d.
///
/// It inserts `${NAME}` of an earlier line, and the file that `source` names; the rest of shell syntax is
/// ignored. All is read scalar by scalar, as a shell reads bytes.
package enum ShellAssignments {
    /// How many files are read at most, because a file may source itself.
    private static let mostSources = 100

    private typealias Scalars = Substring.UnicodeScalarView

    /// Every variable with its last value; `sourced` gives the text of a file by its path.
    package static func read(_ text: String, sourced: (String) -> String = { _ in "" }) -> [String: String] {
        var values: [String: String] = [:]
        var rest = Substring(text).unicodeScalars
        var sources = 0
        while !rest.isEmpty {
            rest = rest.drop(while: isSpace)
            let name = rest.prefix(while: isOfName)
            let after = rest[name.endIndex...]
            if !name.isEmpty, after.first == "=" || after.starts(with: "+=".unicodeScalars) {
                let adds = after.first == "+"
                let (value, end) = value(after.dropFirst(adds ? 2 : 1), values)
                values[String(name)] = adds ? (values[String(name)] ?? "") + value : value
                rest = end
            } else if String(name) == "export", isBlank(after.first) {
                rest = after
            } else if String(name) == "source", isBlank(after.first), sources < mostSources {
                sources += 1
                let (path, end) = value(after.drop { isBlank($0) }, values)
                rest = Substring(sourced(path) + "\n" + String(end)).unicodeScalars
            } else {
                rest = rest.drop { $0 != "\n" }
            }
        }
        return values
    }

    private static func isBlank(_ scalar: Unicode.Scalar?) -> Bool { scalar == " " || scalar == "\t" }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        isBlank(scalar) || scalar == "\n" || scalar == "\r"
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.isASCII && DeviceName.isLetterOrDigit(UInt8(scalar.value))
    }

    /// A word with its quotes taken off, and what follows it.
    private static func value(_ text: Scalars, _ values: [String: String]) -> (String, Scalars) {
        var (value, rest) = (String.UnicodeScalarView(), text)
        var quote: Unicode.Scalar?
        while let scalar = rest.first {
            if quote == nil, isSpace(scalar) || scalar == "#" { break }
            rest = rest.dropFirst()
            switch scalar {
            case quote: quote = nil
            case "\"" where quote == nil, "'" where quote == nil: quote = scalar
            case "\\" where quote != "'":
                if let next = rest.first, next != "\n" { value.append(next) }
                rest = rest.dropFirst()
            case "$" where quote != "'":
                let (name, end) = variable(rest)
                value.append(contentsOf: (name.map { values[$0] ?? "" } ?? "$").unicodeScalars)
                rest = end
            case "\n": value.append(" ")
            default: value.append(scalar)
            }
        }
        return (String(value), rest)
    }

    private static func variable(_ text: Scalars) -> (String?, Scalars) {
        let isBraced = text.first == "{"
        let start = isBraced ? text.dropFirst() : text
        let name = start.prefix(while: isOfName)
        guard !name.isEmpty else { return (nil, text) }
        let after = start[name.endIndex...]
        return (String(name), isBraced && after.first == "}" ? after.dropFirst() : after)
    }
}
