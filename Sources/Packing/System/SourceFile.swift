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
    func isUnchanged() throws(Errno) -> Bool { try Self.status(of: descriptor.raw) == status }

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
