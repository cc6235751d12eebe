internal import CLinux
internal import Glibc
package import SystemPackage

/// A FIFO in the file system, open for both directions so that it never hangs up.
///
/// Nothing here waits.
package struct NamedPipe: ~Copyable {
    private let descriptor: Descriptor
    /// Which file it is, to find others that have it open.
    package let identity: FileIdentity

    /// Opens the FIFO at the path; EINVAL when it is something else, ELOOP when it is a link.
    package init(path: String) throws(Errno) {
        let file = try Self.open(path)
        identity = try Self.identity(ofPipe: file.raw)
        descriptor = file
    }

    /// Makes the FIFO and opens it; EEXIST when there is something already.
    ///
    /// The corresponding C function is `mkfifo`.
    package init(makingAt path: String, mode: UInt32, group: UInt32? = nil) throws(Errno) {
        let file = try Self.make(path, mode, group)
        identity = try Self.identity(ofPipe: file.raw)
        descriptor = file
    }

    /// Sets who may use it.
    package func setAccess(group: UInt32?, mode: UInt32) throws(Errno) {
        try Linux.setAccess(ofOpen: descriptor.raw, group: group, mode: mode)
    }

    /// Takes over a FIFO that is open.
    package init(owning descriptor: consuming Descriptor) throws(Errno) {
        identity = try Self.identity(ofPipe: descriptor.raw)
        self.descriptor = descriptor
    }

    /// Gives the open FIFO away.
    package consuming func release() -> CInt { descriptor.release() }

    /// The number to watch or to hand to a child.
    package var raw: CInt { descriptor.raw }

    /// How many bytes wait to be read.
    ///
    /// The corresponding C function is `ioctl` with FIONREAD.
    package func unread() throws(Errno) -> Int {
        var count: CInt = 0
        // Safe: the count is on this stack frame.
        _ = try check(unsafe clinux_unread(descriptor.raw, &count))
        return Int(count)
    }

    /// How many single bytes fit, whatever was read and written before.
    ///
    /// A page that was read in part is full all the same: so all of them but one, and a byte there. Where
    /// there is only one page, a make with two tokens would hang in write(2) soon. The corresponding C
    /// function is `fcntl` with F_GETPIPE_SZ.
    package var roomForTokens: Int {
        let page = sysconf(Int32(_SC_PAGESIZE))
        return max(1, (Int(fcntl(descriptor.raw, Self.getSize)) / page - 1) * page + 1)
    }

    /// Makes room for this many tokens, as far as this user may.
    ///
    /// The corresponding C function is `fcntl` with F_SETPIPE_SZ.
    package func grow(toHold tokens: Int) {
        let page = sysconf(Int32(_SC_PAGESIZE))
        guard roomForTokens < tokens else { return }
        _ = fcntl(descriptor.raw, Self.setSize, CInt(clamping: tokens + page))
    }

    private static let setSize: CInt = 1031
    private static let getSize: CInt = 1032

    /// Takes up to `count` bytes out and returns how many there were.
    package func take(_ count: Int) throws(Errno) -> Int {
        guard count > 0 else { return 0 }
        // Safe: the memory is ours until the closure ends; what is read into it is of no interest.
        return try unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) {
            (space) throws(Errno) in
            try unlessItWouldWait { unsafe read(descriptor.raw, space.baseAddress, space.count) } ?? 0
        }
    }

    /// Puts `count` bytes in and returns how many fitted.
    package func put(_ count: Int, _ byte: UInt8 = UInt8(ascii: "+")) throws(Errno) -> Int {
        guard count > 0 else { return 0 }
        let bytes = [UInt8](repeating: byte, count: count)
        // Safe: the array is lent for the call.
        return try unlessItWouldWait { unsafe write(descriptor.raw, bytes, count) } ?? 0
    }

    private static func make(_ path: String, _ mode: UInt32, _ group: UInt32?) throws(Errno) -> Descriptor {
        // Safe: the path is lent for the call.
        _ = try check(unsafe mkfifo(path, 0o600))
        do throws(Errno) {
            let file = try open(path)
            guard try FileStatus(ofDescriptor: file.raw).kind == .pipe else { throw .invalidArgument }
            try Linux.setAccess(ofOpen: file.raw, group: group, mode: mode)
            return file
        } catch {
            try? removeFile(path)
            throw error
        }
    }

    private static func identity(ofPipe descriptor: CInt) throws(Errno) -> FileIdentity {
        let status = try FileStatus(ofDescriptor: descriptor)
        guard status.kind == .pipe else { throw .invalidArgument }
        return status.identity
    }

    private static func open(_ path: String) throws(Errno) -> Descriptor {
        // Safe: the path is lent for the call.
        Descriptor(
            owning: try retryingInterrupts {
                unsafe Glibc.open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
            }
        )
    }
}
