/// How text of others is put into a language in which some of its characters would mean something: one place
/// for each language. (JSON, and JavaScript in a page: `JSONWriter.text`.)
///
/// All go scalar by scalar or byte by byte. Swift's Character is what a person sees as one, and some scalars
/// join the one beside them: a `<` behind U+0D4E is no longer equal to "<", and a search for it finds
/// nothing.
package enum Escaping {
    /// Text between two tags of HTML, or in a quoted attribute.
    package static func html(_ text: String) -> String {
        mapped(text.printable) { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&#39;"
            default: nil
            }
        }
    }

    /// One word of any POSIX shell, whatever the bytes are.
    static func shell(_ bytes: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "'")
        return [quote] + bytes.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] } + [quote]
    }

    /// Lines that set and export the variables, or take them away, for a shell's `eval`.
    package static func exports(_ variables: [String: [UInt8]?]) -> [UInt8] {
        variables.sorted { $0.key < $1.key }.flatMap { name, value in
            guard let value else { return Array("unset \(name)\n".utf8) }
            return Array("export \(name)=".utf8) + shell(value) + [UInt8(ascii: "\n")]
        }
    }

    /// A label's value in Prometheus' text format with its quotes: printable text needs only two of its three
    /// escapes.
    package static func prometheus(_ text: String) -> String {
        "\"" + mapped(text.printable) { $0 == "\\" || $0 == "\"" ? "\\\($0)" : nil } + "\""
    }

    /// The text with some scalars replaced by others' text.
    private static func mapped(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
        var mapped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let other = replacement(scalar) {
                mapped.append(contentsOf: other.unicodeScalars)
            } else {
                mapped.append(scalar)
            }
        }
        return String(mapped)
    }
}

extension String {
    /// The text for a terminal or a log: on one line and without control characters, with which a hostile
    /// name could steer a terminal or forge a line.
    package var printable: String {
        String(UnicodeScalarView(unicodeScalars.map { $0.isPrintable ? $0 : "?" }))
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
    }
}
