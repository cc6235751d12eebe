internal import CLinux
internal import Glibc
package import SystemPackage

/// A lock among processes, held while this value lives.
///
/// The file stays, because removing it would let two processes hold it.
package struct FileLock: ~Copyable {
    private let descriptor: Descriptor

    /// Makes the file if need be and locks it; where another holds it this waits, or without `waiting` throws
    /// EWOULDBLOCK.
    ///
    /// The corresponding C function is `flock`.
    package init(_ path: String, waiting: Bool) throws(Errno) {
        let file = try Self.open(path)
        try Self.lock(file.raw, waiting)
        descriptor = file
    }

    /// Goes on with a lock that another program of this process took.
    package init(sharing descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// The number of the descriptor that holds it.
    package var raw: CInt { descriptor.raw }

    /// Makes the file if need be, for a process that may not open it later.
    package init(unlocked path: String) throws(Errno) {
        descriptor = try Self.open(path)
    }

    /// Locks it; where another holds it this waits, or without `waiting` throws EWOULDBLOCK.
    package func lock(waiting: Bool) throws(Errno) {
        try Self.lock(descriptor.raw, waiting)
    }

    /// Claims the file for this process, beside any lock, until the process ends or closes any descriptor of
    /// the file.
    ///
    /// A forked process does not inherit the claim. If another process has it this waits, or without
    /// `waiting` throws EAGAIN. The corresponding C function is `fcntl` with F_SETLK.
    package func claim(waiting: Bool) throws(Errno) {
        _ = try retryingInterrupts { clinux_claim(descriptor.raw, waiting ? 1 : 0) }
    }

    /// Gives the descriptor that holds it away.
    package consuming func release() -> Descriptor { descriptor }

    /// The text in the file, which stays when its holder ends; empty where it cannot be read.
    package var note: String {
        var bytes = [UInt8](repeating: 0, count: 256)
        // Safe: the array is lent for the call.
        let count = unsafe pread(descriptor.raw, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Replaces the text; for a holder of the lock.
    ///
    /// The corresponding C functions are `ftruncate` and `pwrite`.
    package func write(note: String) throws(Errno) {
        let bytes = Array(note.utf8)
        _ = try check(ftruncate(descriptor.raw, 0))
        // Safe: the array is lent for the call.
        _ = try check(unsafe pwrite(descriptor.raw, bytes, bytes.count, 0))
    }

    /// Lets others have it.
    package func unlock() {
        _ = flock(descriptor.raw, LOCK_UN)
    }

    private static func open(_ path: String) throws(Errno) -> Descriptor {
        // Safe: the path is lent for the call.
        Descriptor(
            owning: try retryingInterrupts {
                unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            }
        )
    }

    private static func lock(_ raw: CInt, _ waiting: Bool) throws(Errno) {
        _ = try retryingInterrupts { flock(raw, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) }
    }
}
