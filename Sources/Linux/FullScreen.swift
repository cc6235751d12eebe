internal import Glibc
package import SystemPackage

/// The terminal of this process as a sheet to draw on, with keys that arrive one by one without echo.
///
/// When this value ends the terminal is as it was before.
package struct FullScreen: ~Copyable {
    private let before: termios
    private var isEntered = false

    /// Takes the terminal that is both standard input and output.
    ///
    /// The corresponding C functions are `tcgetattr` and `tcsetattr`.
    package init() throws(Errno) {
        before = try Self.attributes()
        enter()
    }

    private static func attributes() throws(Errno) -> termios {
        var attributes = termios()
        // Safe: the structure is on this stack frame.
        _ = try check(unsafe tcgetattr(STDIN_FILENO, &attributes))
        return attributes
    }

    /// The signals for which a program must wait while it uses this, so that it never leaves the terminal as
    /// it is now.
    package static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH]

    /// Begins, also once more after `leave`.
    package mutating func enter() {
        var raw = before
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // Safe: the structure is on this stack frame. A terminal that is gone sends SIGHUP.
        _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        isEntered = true
        // The other sheet, no cursor, no wrapping.
        write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
    }

    /// Gives the terminal back for a while.
    package mutating func leave() {
        guard isEntered else { return }
        isEntered = false
        restore()
    }

    /// Shows these lines, one for each row of the terminal.
    package func draw(_ lines: [String]) {
        // Erased before and not behind the text: behind a full line that would take its last character.
        write("\u{1B}[H" + lines.map { "\u{1B}[K" + $0 }.joined(separator: "\r\n"))
    }

    /// The keys that have been pressed, after standard input was found readable; none at its end.
    package func keys() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64)
        // Safe: the array is lent for the call, which writes no more than its count.
        let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    private func restore() {
        write("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        var attributes = before
        // Safe: the structure is on this stack frame. Nothing could be done about a terminal that is gone.
        _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &attributes)
    }

    private func write(_ text: String) {
        // A terminal that has hung up sends SIGHUP too.
        _ = try? FileDescriptor.standardOutput.writeAll(text.utf8)
    }

    deinit {
        if isEntered { restore() }
    }
}
