internal import Glibc

/// Opens /dev/null for those of standard input, output and error that the starter has closed.
///
/// The next file that is opened gets the lowest free number, and whoever writes a word for people would write
/// into it.
package func openStandardDescriptors() {
    while true {
        // Safe: the path is a constant.
        let raw = unsafe Glibc.open("/dev/null", O_RDWR)
        if raw > STDERR_FILENO { Glibc.close(raw) }
        if raw < 0 || raw > STDERR_FILENO { return }
    }
}
