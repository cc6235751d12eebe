internal import Vocabulary
internal import CFuse
internal import Glibc
internal import SystemPackage

/// One request of the kernel: every answer consumes it, and a request that is dropped unanswered gets EIO.
///
/// An answer only goes into the outbox here; the session gives it to the kernel when the changes that belong
/// to it are in the ledger.
@safe
struct Request: ~Copyable {
    // Safe: libfuse owns the request and keeps it until it is answered, which ends this value.
    private let pointer: OpaquePointer

    /// Takes over a request that libfuse handed to a callback, or one that was `parked`.
    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// The calling thread; 0 when it is outside of our PID namespace.
    var thread: ThreadID {
        // Safe: the context lives in the request.
        unsafe ThreadID(fuse_req_ctx(pointer).pointee.pid)
    }

    /// The user that the caller runs as.
    var user: UInt32 {
        // Safe: as above.
        unsafe fuse_req_ctx(pointer).pointee.uid
    }

    /// Hands the duty to answer over to the code that takes the pointer.
    consuming func parked() -> OpaquePointer {
        let parked = unsafe pointer
        discard self
        return unsafe parked
    }

    /// Whether an interrupt for this request came before it.
    var isInterrupted: Bool { unsafe fuse_req_interrupted(pointer) != 0 }

    // MARK: Answers

    /// Answers with an error.
    consuming func fail(_ errno: Errno) {
        unsafe fuse_reply_err(pointer, errno.rawValue)
        discard self
    }

    /// Answers "done".
    consuming func succeed() {
        unsafe fuse_reply_err(pointer, 0)
        discard self
    }

    /// Answers a read with one token, the byte `+`.
    consuming func giveToken() {
        var token = CChar(UInt8(ascii: "+"))
        // Safe: the byte lives on this stack frame; it is copied before libfuse returns.
        unsafe fuse_reply_buf(pointer, &token, 1)
        discard self
    }

    /// Answers a read of no bytes.
    consuming func giveNothing() {
        // Safe: no memory is passed.
        unsafe fuse_reply_buf(pointer, nil, 0)
        discard self
    }

    /// Answers an open with the number by which the kernel will name the open file.
    ///
    /// The reply is written out because libfuse 3.14 does not know FOPEN_STREAM. Without that flag the kernel
    /// locks the offset of a regular file while a read waits, and nobody can write through that open file
    /// meanwhile.
    consuming func open(as file: FileID) {
        var reply = fuse_open_out()
        reply.fh = UInt64(file.index)
        reply.open_flags = UInt32(FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE | FOPEN_STREAM)
        // Safe: the structure lives on this stack frame; it is copied before libfuse returns.
        _ = unsafe withUnsafeBytes(of: &reply) { bytes in
            unsafe fuse_reply_buf(
                pointer,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                bytes.count
            )
        }
        discard self
    }

    /// Acknowledges a write of `count` bytes.
    consuming func acknowledge(_ count: Int) {
        unsafe fuse_reply_write(pointer, count)
        discard self
    }

    /// Answers a poll.
    consuming func give(events: Int32) {
        unsafe fuse_reply_poll(pointer, UInt32(bitPattern: events))
        discard self
    }

    /// Answers an ioctl with an integer for the caller's memory.
    consuming func give(integer: Int32) {
        var integer = integer
        // Safe: the integer lives on this stack frame; it is copied before libfuse returns.
        unsafe fuse_reply_ioctl(pointer, 0, &integer, MemoryLayout<Int32>.size)
        discard self
    }

    /// Asks the kernel to repeat an unrestricted ioctl with room for an integer at the caller's `address`.
    consuming func askForInteger(at address: UnsafeMutableRawPointer?) {
        var room = unsafe iovec(iov_base: address, iov_len: MemoryLayout<Int32>.size)
        // Safe: the address is the client's and only named here; the vector lives on this stack frame.
        unsafe fuse_reply_ioctl_retry(pointer, nil, 0, &room, 1)
        discard self
    }

    /// Answers with the attributes of the mounted file.
    consuming func give(attributes: stat) {
        var attributes = attributes
        // Safe: the structure lives on this stack frame; libfuse copies it.
        unsafe fuse_reply_attr(pointer, &attributes, 3600)
        discard self
    }

    deinit {
        unsafe fuse_reply_err(pointer, EIO)
    }
}

/// How an ioctl came: where its argument points in the client, and how much the kernel will copy there.
@safe
struct IoctlCall {
    // Safe: an address in the client's memory, which we name to the kernel and never follow.
    let address: UnsafeMutableRawPointer?
    let room: Int
    /// Whether we may say what the kernel copies: so for CUSE, not for a regular file.
    let isUnrestricted: Bool

    init(address: UnsafeMutableRawPointer?, room: Int, flags: UInt32) {
        unsafe self.address = address
        self.room = room
        isUnrestricted = flags & UInt32(FUSE_IOCTL_UNRESTRICTED) != 0
    }
}
