/// Text that a shell reads back.
package enum ShellText {
    /// Lines that set and export the variables, for `eval`.
    package static func exports(_ variables: [String: String]) -> String {
        variables.sorted { $0.key < $1.key }.map { "export \($0)=\(quote($1))\n" }.joined()
    }

    /// The text as one word of any POSIX shell.
    static func quote(_ text: String) -> String {
        // Scalar by scalar: a combining mark behind a quote makes one character of both.
        "'" + text.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }
}
