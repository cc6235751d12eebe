internal import Glibc
package import SystemPackage

/// A file of this user's that stays open and is written in place, also by a process that may open nothing any
/// more.
package final class KeptFile {
    private let descriptor: Descriptor

    /// Opens it, or makes it if it does not exist; throws EPERM for a file that is neither root's nor this
    /// user's.
    ///
    /// The corresponding C function is `open`.
    package init(_ path: String) throws(Errno) {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        // Safe: the path is lent for the call.
        let file = Descriptor(owning: try retryingInterrupts { unsafe open(path, flags, 0o644) })
        let status = try FileStatus(ofDescriptor: file.raw)
        guard status.kind == .regular, User.trusts(status.user) else { throw .notPermitted }
        descriptor = file
    }

    /// The content, at most this many bytes.
    package func read(at offset: Int, limit: Int) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            // Safe: the slice is lent for the call.
            let step = unsafe bytes.withUnsafeMutableBytes { memory in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...])
                return unsafe pread(descriptor.raw, rest.baseAddress, rest.count, off_t(offset + count))
            }
            if step == -1, errno == EINTR { continue }
            guard try check(step) > 0 else { break }
            count += step
        }
        return Array(bytes[..<count])
    }

    /// Overwrites the content.
    package func write(_ bytes: [UInt8], at offset: Int) throws(Errno) {
        var count = 0
        while count < bytes.count {
            // Safe: the slice is lent for the call.
            let step = unsafe bytes[count...].withUnsafeBytes {
                unsafe pwrite(descriptor.raw, $0.baseAddress, $0.count, off_t(offset + count))
            }
            if step == -1, errno == EINTR { continue }
            count += try check(step)
        }
    }
}
