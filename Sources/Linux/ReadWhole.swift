internal import Glibc
package import SystemPackage

/// Lends at most `limit` bytes of a file to `body`, read into memory that is freed when it returns.
///
/// Meant for the kernel's small files: up to 1 KiB of contents stays on the stack.
package func withContents<Result>(
    of path: String,
    limit: Int,
    _ body: (Span<UInt8>) throws(Errno) -> Result
) throws(Errno) -> Result {
    // Safe: the path is lent for the call, which keeps nothing of it; passed as it is, it would be copied.
    let raw = try retryingInterrupts { unsafe path.withCString { unsafe open($0, O_RDONLY | O_CLOEXEC) } }
    return try withContents(of: Descriptor(owning: raw), limit: limit, body)
}

/// The same of an open file, from where it stands.
func withContents<Result>(
    of file: consuming Descriptor,
    limit: Int,
    _ body: (Span<UInt8>) throws(Errno) -> Result
) throws(Errno) -> Result {
    let file = file
    // Safe: the memory is ours until the closure ends; only what `fill` wrote is lent on.
    return try unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) {
        (buffer) throws(Errno) -> Result in
        let count = try unsafe fill(buffer, from: file.raw)
        return try unsafe body(UnsafeBufferPointer(rebasing: buffer[..<count]).span)
    }
}

/// At most `limit` bytes of a file.
package func readWhole(_ path: String, limit: Int) throws(Errno) -> [UInt8] {
    try withContents(of: path, limit: limit) { (bytes) throws(Errno) in
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        return copy
    }
}

/// Reads until the buffer is full or the file ends: /proc hands long files out in pieces.
private func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>, from descriptor: CInt) throws(Errno) -> Int {
    var count = 0
    while count < buffer.count {
        // Safe: the slice begins inside the buffer and is as long as what is left of it.
        let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[count...])
        let result = unsafe read(descriptor, rest.baseAddress, rest.count)
        if result == -1, errno == EINTR { continue }
        let step = try check(result)
        if step == 0 { break }
        count += step
    }
    return count
}
