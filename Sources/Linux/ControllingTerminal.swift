internal import Glibc
package import SystemPackage

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
