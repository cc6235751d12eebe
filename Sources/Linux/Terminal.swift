internal import CLinux
internal import Glibc
package import SystemPackage

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

/// The terminal of this process' session, if it has one.
package struct ControllingTerminal: ~Copyable {
    private let descriptor: Descriptor

    /// Opens it; ENXIO when the session has none.
    ///
    /// The corresponding C function is `open` of /dev/tty.
    package init() throws(Errno) {
        descriptor = try openReadWrite("/dev/tty")
    }

    /// Its descriptor, lent to a program that is started.
    package var raw: CInt { descriptor.raw }

    /// The process group that reads from it and gets the signals of its keys; -1 when it has hung up.
    ///
    /// The corresponding C function is `tcgetpgrp`.
    package var foreground: Int32 { tcgetpgrp(descriptor.raw) }

    /// Puts a process group into its foreground.
    ///
    /// A caller in the background must have blocked SIGTTOU. The corresponding C function is `tcsetpgrp`.
    package func bring(toForeground group: Int32) throws(Errno) {
        _ = try check(tcsetpgrp(descriptor.raw, group))
    }
}
