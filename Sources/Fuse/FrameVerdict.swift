internal import CFuse
internal import SystemPackage

/// What to do with a frame that came in place of a request.
///
/// libfuse believes the lengths in a frame and the codes that it knows, so each frame is judged before
/// libfuse sees it. The kernel never sends a bad frame, but another program at the other end of an inherited
/// descriptor might.
enum FrameVerdict: Equatable {
    /// A whole request of a kind that libfuse answers.
    case request
    /// Named well enough to be refused.
    case refused(unique: UInt64, Errno)
    /// Needs no answer, or cannot be given one.
    case ignored

    /// Judges the bytes of one read, from the kernel's end of a device or of a mounted file.
    init(_ frame: UnsafeRawBufferPointer, isFile: Bool = false) {
        guard frame.count >= Self.headerSize else {
            self = .ignored
            return
        }
        // Safe: the header is inside of the frame, by the guard above.
        let header = unsafe frame.loadUnaligned(as: fuse_in_header.self)
        let body = unsafe UnsafeRawBufferPointer(rebasing: frame[Self.headerSize...])
        guard Int(header.len) == frame.count, header.unique != 0 else {
            self = .ignored
            return
        }
        switch fuse_opcode(header.opcode) {
        case FUSE_FORGET, FUSE_BATCH_FORGET:
            self = .ignored
        case let opcode:
            guard let smallest = Self.smallestBody(of: opcode) else {
                self = .refused(unique: header.unique, .noFunction)
                return
            }
            guard body.count >= smallest, unsafe Self.holdsData(body, of: opcode) else {
                self = .refused(unique: header.unique, .ioError)
                return
            }
            let isForCache = unsafe isFile && opcode == FUSE_READ && Self.fillsCache(body)
            self = isForCache ? .refused(unique: header.unique, .invalidArgument) : .request
        }
    }

    private static let headerSize = MemoryLayout<fuse_in_header>.size

    /// The size of a request's fixed part; nil for requests that a device does not serve.
    private static func smallestBody(of opcode: fuse_opcode) -> Int? {
        switch opcode {
        // A kernel before 7.36 sends the first four words of INIT only.
        case FUSE_INIT, CUSE_INIT: MemoryLayout<cuse_init_in>.size
        case FUSE_GETATTR: MemoryLayout<fuse_getattr_in>.size
        case FUSE_SETATTR: MemoryLayout<fuse_setattr_in>.size
        case FUSE_OPEN: MemoryLayout<fuse_open_in>.size
        case FUSE_READ: MemoryLayout<fuse_read_in>.size
        case FUSE_WRITE: MemoryLayout<fuse_write_in>.size
        case FUSE_RELEASE: MemoryLayout<fuse_release_in>.size
        case FUSE_INTERRUPT: MemoryLayout<fuse_interrupt_in>.size
        case FUSE_IOCTL: MemoryLayout<fuse_ioctl_in>.size
        case FUSE_POLL: MemoryLayout<fuse_poll_in>.size
        case FUSE_STATFS: 0
        // DESTROY among them: only a block device's file system is told so, and libfuse from 3.17 on ends the
        // session for it.
        default: nil
        }
    }

    /// Whether a read comes from the page cache, as splice, sendfile and readahead ask for it.
    ///
    /// The kernel keeps a page locked until it is answered, and everybody who opens the file, reads or writes
    /// waits for that page and cannot be killed. A read by read(2) goes past the cache, and then the kernel
    /// names who locks, always.
    private static func fillsCache(_ body: UnsafeRawBufferPointer) -> Bool {
        // Safe: the caller has checked that the fixed part is there.
        let read = unsafe body.loadUnaligned(as: fuse_read_in.self)
        return read.read_flags & UInt32(FUSE_READ_LOCKOWNER) == 0
    }

    /// Whether the data that a request announces is there.
    private static func holdsData(_ body: UnsafeRawBufferPointer, of opcode: fuse_opcode) -> Bool {
        // Safe: the caller has checked that the fixed part is there.
        switch opcode {
        case FUSE_WRITE:
            let write = unsafe body.loadUnaligned(as: fuse_write_in.self)
            return body.count - MemoryLayout<fuse_write_in>.size >= Int(write.size)
        case FUSE_IOCTL:
            let ioctl = unsafe body.loadUnaligned(as: fuse_ioctl_in.self)
            return body.count - MemoryLayout<fuse_ioctl_in>.size >= Int(ioctl.in_size)
        default:
            return true
        }
    }
}
