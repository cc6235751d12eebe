internal import CFuse
internal import Glibc
package import Linux
package import SystemPackage

/// One conversation with the kernel over a descriptor of /dev/cuse or /dev/fuse, or of anything that speaks like them.
///
/// Requests come in through `serve`, on the thread that calls it, and the handler decides them; the session answers each once.
/// Opening the descriptor and mounting are its owner's, who may keep a duplicate: the end of a session answers no waiting read.
@safe
package final class DeviceSession {
    /// What the kernel at the other end makes of the session.
    package enum Kind: Sendable, Equatable {
        /// A character device, /dev/`name`.
        case cuse(name: String)
        /// A regular file, the root of its own mount.
        case file
    }

    /// How `serve` ended.
    package enum Outcome: Sendable, Equatable {
        /// No request waits, or enough were served for one turn of an event loop.
        case idle
        /// The kernel is gone: nil after an unmount or a hang-up. ENODEV from CUSE right after the handshake: the name is taken.
        case ended(Errno?)
    }

    /// Where requests come in.
    ///
    /// To be watched level-triggered: `serve` may leave some for its next turn.
    package let raw: CInt

    private let isFile: Bool
    private let dispatcher: Dispatcher
    // Safe: made by init, destroyed by deinit, used in between on one thread.
    private let session: OpaquePointer
    // Safe: the same.
    private let buffer: UnsafeMutableRawBufferPointer

    /// What the kernel splits longer writes into; nobody returns more tokens at once.
    static let largestWrite = 4096
    /// The kernel wants to see FUSE_MIN_READ_BUFFER, and room for the largest write.
    private static let bufferSize = max(Int(FUSE_MIN_READ_BUFFER), largestWrite + 4096)
    /// Requests a turn: others in the event loop, a holder's death among them, wait for a few hundred microseconds at most.
    private static let requestsPerTurn = 64

    /// Makes a session that owns the descriptor; the handler must outlive it.
    package init(
        kind: Kind,
        descriptor: consuming Descriptor,
        handler: any DeviceHandler,
        access: FileAccessRights = FileAccessRights()
    ) throws(DeviceSessionError) {
        let dispatcher = Dispatcher(handler: handler, access: access)
        try Self.stopWaiting(on: descriptor.raw)
        guard let session = unsafe Self.newSession(kind, dispatcher) else {
            throw .refused(device: kind.description)
        }
        var transport = Self.transport()
        raw = descriptor.release()
        // Safe: the session copies the table, and owns the descriptor from here on. It takes any that is not negative.
        _ = unsafe fuse_session_custom_io(session, &transport, raw)
        unsafe self.session = session
        unsafe buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
        isFile = kind == .file
        self.dispatcher = dispatcher
    }

    deinit {
        dispatcher.abandonAll()
        // Safe: nobody has the session any more; it closes the descriptor.
        unsafe fuse_session_destroy(session)
        unsafe buffer.deallocate()
    }

    /// Whether the handshake with the kernel is done: from then on clients come.
    package var isReady: Bool { dispatcher.isReady }

    /// Serves the requests that are there.
    package func serve() -> Outcome {
        for _ in 0..<Self.requestsPerTurn {
            // Safe: the buffer is ours and as long as we say.
            let count = unsafe read(raw, buffer.baseAddress, buffer.count)
            guard count > 0 else {
                if count == 0 { return .ended(nil) }
                // The bare number: matching an `Errno`, which is an `Error`, allocates a box in debug builds.
                switch errno {
                case EAGAIN: return .idle
                // ENOENT: the client took its request back while we read it.
                case EINTR, ENOENT: continue
                case ENODEV where isFile: return .ended(nil)
                case let number: return .ended(Errno(rawValue: number))
                }
            }
            unsafe dispatch(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        }
        return .idle
    }

    /// Answers a parked read with a token; false when it is no longer parked or the kernel no longer wants it.
    package func grant(_ request: UInt64) -> Bool {
        dispatcher.grant(request)
    }

    /// Answers a parked read with an error; nothing when it is no longer parked.
    package func fail(_ request: UInt64, _ errno: Errno) {
        dispatcher.fail(request, errno)
    }

    /// Has everybody who polls the file ask again: once for each time that the kernel asked to be told.
    package func wake(file: UInt64) {
        dispatcher.wake(file)
    }

    private func dispatch(_ frame: UnsafeMutableRawBufferPointer) {
        switch unsafe FrameVerdict(UnsafeRawBufferPointer(frame), isFile: isFile) {
        case .request:
            var request = unsafe fuse_buf()
            unsafe request.mem = frame.baseAddress
            unsafe request.size = frame.count
            // Safe: libfuse has copied or answered all it wants of the frame when it returns.
            unsafe fuse_session_process_buf(session, &request)
        case .refused(let unique, let errno):
            refuse(unique, errno)
        case .ignored:
            break
        }
    }

    /// Answers a frame that libfuse shall not see.
    private func refuse(_ unique: UInt64, _ errno: Errno) {
        var reply = fuse_out_header()
        reply.len = UInt32(MemoryLayout<fuse_out_header>.size)
        reply.error = -errno.rawValue
        reply.unique = unique
        // Safe: the structure lives on this stack frame. Nobody can be told of a failure.
        _ = unsafe Glibc.write(raw, &reply, Int(reply.len))
    }
}
