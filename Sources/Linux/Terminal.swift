internal import CLinux

/// What is known of a terminal.
package enum Terminal {
    /// How many columns the terminal behind a descriptor has; nil when it is no terminal.
    ///
    /// One that does not know, as serial lines do, has 80. The corresponding C function is `ioctl` with TIOCGWINSZ.
    package static func width(of descriptor: CInt) -> Int? {
        switch clinux_terminal_width(descriptor) {
        case -1: nil
        case 0: 80
        case let columns: Int(columns)
        }
    }
}
