internal import Linux

/// The daemon's log: lines on standard error, as a supervisor expects them.
enum Log {
    /// A line for the administrator.
    static func note(_ text: String) {
        StandardError.write("steve: \(text)\n")
    }
}
