internal import Glibc
package import SystemPackage

/// A lock among processes, held while this value lives.
///
/// The file stays: who removes it lets two hold it.
package struct FileLock: ~Copyable {
    private let descriptor: Descriptor

    /// Makes the file if need be and locks it; where another holds it this waits, or without `waiting` throws
    /// EWOULDBLOCK.
    ///
    /// The corresponding C function is `flock`.
    package init(_ path: String, waiting: Bool) throws(Errno) {
        // Safe: the path is lent for the call.
        let raw = try retryingInterrupts {
            unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        let file = Descriptor(owning: raw)
        _ = try retryingInterrupts { flock(raw, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) }
        descriptor = file
    }
}
