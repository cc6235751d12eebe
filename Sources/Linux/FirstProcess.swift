internal import CLinux
internal import Glibc

/// The first process of a container: the kernel treats it differently.
package enum FirstProcess {
    /// Whether this process is it.
    package static var isThis: Bool { getpid() == 1 }

    /// Lets the signals end this process that end any other.
    ///
    /// The corresponding C function is `signal`.
    package static func endBySignals() {
        clinux_end_by_signals()
    }
}
