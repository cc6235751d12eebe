internal import Glibc
internal import Linux
internal import SystemPackage

/// A file that is being packed or compared.
struct SourceFile: ~Copyable {
    private let descriptor: Descriptor
    /// The status when it was opened.
    let status: FileStatus

    init(_ descriptor: consuming Descriptor) throws(Errno) {
        status = try Self.status(of: descriptor.raw)
        self.descriptor = descriptor
    }

    /// Opens a file by its path.
    init(path: [UInt8]) throws(Errno) {
        // Safe: the array is lent for the call.
        try self.init(Descriptor(owning: check(unsafe open(cString(path), O_RDONLY | O_CLOEXEC))))
    }

    /// Whether nothing was written to the file since it was opened.
    func isUnchanged() throws(Errno) -> Bool {
        let now = try Self.status(of: descriptor.raw)
        return now.size == status.size && now.modified == status.modified
            && now.modifiedNanoseconds == status.modifiedNanoseconds
    }

    private static func status(of descriptor: CInt) throws(Errno) -> FileStatus {
        var status = stat()
        // Safe: the structure lives on this stack frame for the whole call.
        _ = try check(unsafe fstat(descriptor, &status))
        return FileStatus(status)
    }

    /// Up to `count` bytes from `offset`; fewer only at the file's end.
    ///
    /// The corresponding C function is `pread`.
    func read(at offset: UInt64, count: Int) throws(Errno) -> [UInt8] {
        var failure: Errno?
        let raw = descriptor.raw
        // Safe: every byte up to `filled` was written by pread, which gets only what is left of the buffer.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]
                )
                let length = unsafe pread(raw, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
                if length == 0 { return }
                if length > 0 {
                    filled += length
                } else if errno != EINTR {
                    failure = Errno(rawValue: errno)
                    return
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// All that is left, also of a pipe, which has neither a size nor positions.
    ///
    /// The corresponding C function is `read`.
    func readToEnd() throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            // Safe: the buffer is lent for the call, which gets its size.
            let length = unsafe Glibc.read(descriptor.raw, &buffer, buffer.count)
            if length < 0, errno == EINTR { continue }
            let count = try check(length)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Where the next byte at or after `offset` is that does not lie in a hole; nil when only a hole follows.
    ///
    /// The corresponding C function is `lseek` with SEEK_DATA.
    func nextData(from offset: UInt64) throws(Errno) -> UInt64? {
        let seekData: CInt = 3
        let found = lseek(descriptor.raw, off_t(offset), seekData)
        if found >= 0 { return UInt64(found) }
        return switch Errno(rawValue: errno) {
        case .noSuchAddressOrDevice: nil
        case .invalidArgument: offset
        case let failure: throw failure
        }
    }
}
