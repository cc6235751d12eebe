internal import Glibc
internal import Linux
internal import Squashfs
internal import SystemPackage

/// A file that is being packed or compared.
struct SourceFile: ~Copyable {
    private let descriptor: Descriptor
    /// The status when it was opened.
    let status: NodeStatus

    init(_ descriptor: consuming Descriptor) throws(Errno) {
        status = try Self.status(of: descriptor.raw)
        self.descriptor = descriptor
    }

    /// Opens a file by its path; whatever it is, that does not block.
    init(path: [UInt8]) throws(Errno) {
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        // Safe: the array is lent for the call.
        try self.init(Descriptor(owning: check(unsafe open(cString(path), flags))))
    }

    /// Whether it is a pipe with a name, not one that a process hands to another.
    func isNamedPipe() throws(Errno) -> Bool {
        guard status.kind == .pipe else { return false }
        var target = [CChar](repeating: 0, count: 5)
        // Safe: the arrays are lent for the call, which gets the buffer's size.
        let length = try check(
            unsafe readlink(cString(Array("/proc/self/fd/\(descriptor.raw)".utf8)), &target, target.count)
        )
        return !target[..<length].elementsEqual("pipe:".utf8.map { CChar(bitPattern: $0) })
    }

    /// Lets reads wait for data that is not there yet.
    func waitsForData() throws(Errno) { _ = try check(fcntl(descriptor.raw, F_SETFL, 0)) }

    /// How many bytes there are to read at positions: a block device's status has no size.
    ///
    /// The corresponding C function is `lseek`.
    func seekableSize() throws(Errno) -> UInt64 {
        status.kind == .blockDevice ? UInt64(try check(lseek(descriptor.raw, 0, SEEK_END))) : status.size
    }

    /// How many names an open file has.
    static func links(of descriptor: CInt) throws(Errno) -> UInt64 { try status(of: descriptor).links }

    /// The status now, where `status` is that of the opening.
    func statusNow() throws(Errno) -> NodeStatus { try Self.status(of: descriptor.raw) }

    private static func status(of descriptor: CInt) throws(Errno) -> NodeStatus {
        var status = stat()
        // Safe: the structure lives on this stack frame for the whole call.
        _ = try check(unsafe fstat(descriptor, &status))
        return NodeStatus(status)
    }

    /// The file's extended attributes.
    func attributes() throws(Errno) -> [ExtendedAttribute] { try extendedAttributes(of: descriptor.raw) }

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

    /// All that is left, or so much of it, also of a pipe, which has neither a size nor positions.
    ///
    /// The corresponding C function is `read`.
    func readToEnd(upTo most: Int) throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < most {
            // Safe: the buffer is lent for the call, which gets its size.
            let length = unsafe Glibc.read(descriptor.raw, &buffer, buffer.count)
            if length < 0, errno == EINTR { continue }
            let count = try check(length)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
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

    /// Whether there are only zeros, and the file is not shorter; what lies in a hole is not read, however
    /// large it is.
    func isZero(from start: UInt64, to end: UInt64) throws(Errno) -> Bool {
        var place = start
        while place < end {
            if status.hasHoles { place = min(try nextData(from: place) ?? end, end) }
            guard place < end else { break }
            let wanted = Int(min(end - place, 1 << 18))
            let bytes = try read(at: place, count: wanted)
            guard bytes.count == wanted, !bytes.contains(where: { $0 != 0 }) else { return false }
            place += UInt64(wanted)
        }
        return status.size >= end
    }
}
