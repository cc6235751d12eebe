internal import Glibc
package import SystemPackage

/// A small file of the kernel's that is read again and again: it is held open, so that reading needs no
/// descriptor.
package final class HeldFile: Sendable {
    private let descriptor: Descriptor

    /// Opens it.
    ///
    /// The corresponding C function is `open`.
    package init(_ path: String) throws(Errno) {
        // Safe: the path is lent for the call.
        descriptor = Descriptor(owning: try retryingInterrupts { unsafe open(path, O_RDONLY | O_CLOEXEC) })
    }

    /// Lends at most `limit` bytes of its present content to `body`; the kernel's small files come complete.
    ///
    /// The corresponding C function is `pread`.
    package func withContents<Result>(
        limit: Int,
        _ body: (Span<UInt8>) throws(Errno) -> Result
    ) throws(Errno) -> Result {
        // Safe: the memory is ours until the closure ends; only what was read is lent on.
        try unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) {
            (space) throws(Errno) -> Result in
            var count = 0
            while count < limit {
                // Safe: the slice begins inside of the space and is as long as what is left of it.
                let rest = unsafe UnsafeMutableBufferPointer(rebasing: space[count...])
                let result = unsafe pread(descriptor.raw, rest.baseAddress, rest.count, off_t(count))
                if result == -1, errno == EINTR { continue }
                let step = try check(result)
                if step == 0 { break }
                count += step
            }
            return try unsafe body(UnsafeBufferPointer(rebasing: space[..<count]).span)
        }
    }
}
