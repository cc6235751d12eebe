/// The text of /etc/conf.d/steve: lines that a shell and we read alike, without running a shell.
///
/// A line is empty, a comment, or `STEVE_X=value` with an optional comment behind it. A value may stand in
/// double or single quotes. Anything that a shell would expand is an error, and so is an unknown name.
/// Variables that begin with `rc_` are OpenRC's own and ignored. All is read scalar by scalar, as a shell
/// reads bytes: a combining mark hides a backtick in a Character, but not from a shell.
package enum SettingsFile {
    /// Its path if nothing else is chosen.
    package static let standardPath = "/etc/conf.d/steve"

    /// What the lines set, in their order.
    package static func parse(_ text: String, path: String) throws(SettingError) -> [SettingAssignment] {
        var assignments: [SettingAssignment] = []
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (line, number) in zip(lines, 1...) {
            guard let (key, value) = try parse(line: line, number, path: path), !key.hasPrefix("rc_") else {
                continue
            }
            guard let setting = Setting.all.first(where: { $0.variable == key }) else {
                throw .badLine(path: path, line: number, why: "there is no setting \(key)")
            }
            assignments.append(SettingAssignment(setting.name, value, from: .file(path: path, line: number)))
        }
        return assignments
    }

    private static func parse(
        line: Scalars,
        _ number: Int,
        path: String
    ) throws(SettingError) -> (key: String, value: String)? {
        let line = line.drop(while: isBlank)
        guard let first = line.first, first != "#" else { return nil }
        guard line.last != "\r" else {
            let why = "it ends in a carriage return, as Windows writes lines: sed -i 's/\\r$//' \(path)"
            throw .badLine(path: path, line: number, why: why)
        }
        guard let equals = line.firstIndex(of: "="), isVariable(line[..<equals]) else {
            throw .badLine(path: path, line: number, why: "this is not NAME=\"value\"")
        }
        do {
            return (String(line[..<equals]), try value(of: line[line.index(after: equals)...]))
        } catch {
            throw .badLine(path: path, line: number, why: error.why)
        }
    }

    private typealias Scalars = Substring.UnicodeScalarView

    private struct BadValue: Error {
        var why: String
    }

    private static func value(of text: Scalars) throws(BadValue) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            let value = text.prefix { !isBlank($0) }
            try refuseShell(in: value, "$`\\\"';&|<>()*?[]{}~!#")
            try requireComment(text[value.endIndex...])
            return String(value)
        }
        let inner = text.dropFirst()
        guard let end = inner.firstIndex(of: quote) else { throw BadValue(why: "the quote has no end") }
        if quote == "\"" { try refuseShell(in: inner[..<end], "$`\\") }
        try requireComment(inner[inner.index(after: end)...])
        return String(inner[..<end])
    }

    private static func refuseShell(in value: Scalars, _ special: String) throws(BadValue) {
        guard let found = value.first(where: { special.unicodeScalars.contains($0) }) else { return }
        throw BadValue(why: "\(found) would need a shell; write the value itself, in quotes")
    }

    private static func requireComment(_ rest: Scalars) throws(BadValue) {
        let comment = rest.drop(while: isBlank)
        guard comment.isEmpty || (comment.first == "#" && rest.first != "#") else {
            throw BadValue(why: "there is more behind the value: put quotes around all of it")
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private static func isVariable(_ name: Scalars) -> Bool {
        guard let first = name.first, !("0"..."9").contains(first) else { return false }
        return name.allSatisfy {
            ("A"..."Z").contains($0) || ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
        }
    }
}
