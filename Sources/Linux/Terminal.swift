internal import CLinux

/// What is known of a terminal.
package enum Terminal {
    /// How many columns the terminal behind a descriptor has; nil when it is no terminal.
    package static func width(of descriptor: CInt) -> Int? { size(of: descriptor)?.columns }

    /// How many columns and rows it has; nil when it is no terminal.
    ///
    /// One that does not know, as serial lines do, has 80 and 24. The corresponding C function is `ioctl`
    /// with TIOCGWINSZ.
    package static func size(of descriptor: CInt) -> (columns: Int, rows: Int)? {
        var columns: CInt = 0
        var rows: CInt = 0
        // Safe: both are on this stack frame.
        guard unsafe clinux_terminal_size(descriptor, &columns, &rows) == 0 else { return nil }
        return (columns > 0 ? Int(columns) : 80, rows > 0 ? Int(rows) : 24)
    }
}
