/// Text that a shell reads back.
package enum ShellText {
    /// Lines that set and export the variables, or take them away, for `eval`.
    package static func exports(_ variables: [String: [UInt8]?]) -> [UInt8] {
        variables.sorted { $0.key < $1.key }.flatMap { name, value in
            guard let value else { return Array("unset \(name)\n".utf8) }
            return "export \(name)=\(quote(String(bytewise: value)))\n".bytewise
        }
    }

    /// The text as one word of any POSIX shell.
    static func quote(_ text: String) -> String {
        // Scalar by scalar: a combining mark behind a quote makes one character of both.
        "'" + text.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }
}
