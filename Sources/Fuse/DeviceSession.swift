package import Vocabulary
internal import CFuse
internal import Glibc
package import Ledger
package import Linux
package import SystemPackage

/// One conversation with the kernel over a descriptor of /dev/cuse or /dev/fuse, or of anything that speaks
/// like them.
///
/// Requests come in through `serve`, on the thread that calls it. The handler decides them, and the session
/// answers each once. Decisions go into the ledger first, and only then are the answers given. So another
/// session that has the ledger and the descriptor can go on where this one was killed. The session's owner
/// opens the descriptor, mounts, and may keep a duplicate: the end of a session answers no waiting read.
@safe
package final class DeviceSession {
    /// What the descriptor at the other end is to the kernel.
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
        /// The kernel is gone: nil after an unmount or a hang-up. ENODEV from CUSE right after the handshake:
        /// the name is taken.
        case ended(Errno?)
    }

    /// Where requests come in.
    ///
    /// To be watched level-triggered: `serve` may leave some for its next turn.
    package let raw: CInt

    private let isFile: Bool
    private let dispatcher: Dispatcher
    private let handler: any DeviceHandler
    private let ledger: ServerLedger
    /// A request is being decided: its end is soon enough for all that comes of it.
    package private(set) var isDeciding = false
    // Safe: made by init, destroyed by deinit, used in between on one thread.
    private let session: OpaquePointer

    /// The kernel splits longer writes into parts of this size; no client returns more tokens at once.
    static let largestWrite = 4096
    /// Requests a turn: others in the event loop, a holder's death among them, wait for a few hundred
    /// microseconds at most.
    private static let requestsPerTurn = 64

    /// Makes a session that owns the descriptor; the handler must outlive it.
    package init(
        kind: Kind,
        descriptor: consuming Descriptor,
        ledger: ServerLedger,
        handler: any DeviceHandler,
        access: FileAccessRights = FileAccessRights()
    ) throws(DeviceSessionError) {
        let dispatcher = Dispatcher(handler: handler, access: access, ledger: ledger)
        try Self.stopWaiting(on: descriptor.raw)
        guard let session = unsafe Self.newSession(kind, dispatcher) else {
            throw .refused(device: kind.description)
        }
        var transport = Self.transport()
        raw = descriptor.release()
        // Safe: the session copies the table, and owns the descriptor from here on. It takes any that is not
        // negative.
        _ = unsafe fuse_session_custom_io(session, &transport, raw)
        unsafe self.session = session
        isFile = kind == .file
        self.dispatcher = dispatcher
        self.ledger = ledger
        self.handler = handler
    }

    deinit {
        dispatcher.abandonAll()
        // Safe: nobody has the session any more; it closes the descriptor.
        unsafe fuse_session_destroy(session)
    }

    /// Whether the handshake with the kernel is done: from then on clients come.
    package var isReady: Bool { dispatcher.isReady }

    /// Serves the requests that are there.
    package func serve() -> Outcome {
        for _ in 0..<Self.requestsPerTurn {
            // Safe: the landing is the ledger's and as long as it says.
            let landing = unsafe ledger.landing
            let count = unsafe read(raw, landing.baseAddress, landing.count)
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
            decide { unsafe dispatch(UnsafeMutableRawBufferPointer(rebasing: landing[..<count])) }
        }
        return .idle
    }

    /// Commits the decisions since the last time, and gives the answers.
    ///
    /// A caller of `grant`, `fail` or `wake` that was not asked by the session calls this at the end.
    package func settle() {
        guard !isDeciding else { return }
        while true {
            handler.store()
            guard ledger.isStaged else { return }
            ledger.commit()
            let refused = giveAnswers()
            guard !refused.isEmpty else { return dispatcher.delivered() }
            isDeciding = true
            dispatcher.undelivered(refused)
            isDeciding = false
        }
    }

    /// Has a frame decided, which is dealt with then.
    private func decide(_ frame: () -> Void) {
        isDeciding = true
        frame()
        isDeciding = false
        ledger.stageEmptyLanding()
        if ledger[.attempts] != 0 { ledger.stage(0, .attempts) }
        settle()
    }

    /// Writes the promised answers, and returns the places of those that the kernel did not want.
    private func giveAnswers() -> [Int] {
        var (offset, refused) = (0, [Int]())
        while let answer = unsafe ledger.answer(at: offset) {
            // Safe: the answer is the ledger's. A signal without a handler of ours interrupts nothing.
            if unsafe write(raw, answer.frame.baseAddress, answer.frame.count) < 0 { refused.append(offset) }
            offset = unsafe answer.next
        }
        ledger.forgetAnswers()
        return refused
    }

    // MARK: Taking over

    /// Goes on where a session of another process was killed: gives the answers again that it had promised,
    /// and tells libfuse what the kernel told that session.
    ///
    /// The handler knows the files and the waiting reads already; `files` are those that are open.
    package func resume(files: some Sequence<FileID>) {
        // The kernel takes each but once.
        _ = giveAnswers()
        dispatcher.isSilent = true
        if let greeting = unsafe ledger.greeting { unsafe process(greeting) }
        for file in files { dispatcher.reopen(file) }
        for row in ledger.rows(ledger.layout.parked) {
            guard let request = unsafe ledger.parked(row) else { continue }
            dispatcher.returning = unsafe RequestID(request.mark)
            unsafe process(request.frame)
        }
        dispatcher.returning = nil
        dispatcher.isSilent = false
    }

    /// Decides the request that the other process had read and not decided, and has everybody ask again who
    /// polls.
    ///
    /// One that has ended two processes is not tried a third time.
    package func resumeRequest() {
        if let frame = unsafe ledger.landed {
            let isPoison = ledger[.attempts] >= Self.attempts
            decide {
                let header = unsafe frame.loadUnaligned(as: fuse_in_header.self)
                if isPoison { refuse(header.unique, .ioError) } else { unsafe dispatch(frame) }
            }
        }
        dispatcher.wakeAll()
        settle()
    }

    private static let attempts: UInt64 = 2

    private func process(_ frame: UnsafeMutableRawBufferPointer) {
        var request = unsafe fuse_buf()
        unsafe request.mem = frame.baseAddress
        unsafe request.size = frame.count
        // Safe: libfuse has copied or answered all it wants of the frame when it returns.
        unsafe fuse_session_process_buf(session, &request)
    }

    /// Answers a parked read with a token; false when it is no longer parked.
    ///
    /// `holder` is the owner's number for the process that was charged, for `tokenUndelivered`.
    package func grant(_ request: RequestID, holder: ClientID) -> Bool {
        dispatcher.grant(request, holder: holder)
    }

    /// Answers a parked read with an error; nothing when it is no longer parked.
    package func fail(_ request: RequestID, _ errno: Errno) {
        dispatcher.fail(request, errno)
    }

    /// Makes everybody who polls the file ask again: once for each time that the kernel asked to be told.
    package func wake(file: FileID) {
        dispatcher.wake(file)
    }

    private func dispatch(_ frame: UnsafeMutableRawBufferPointer) {
        switch unsafe FrameVerdict(UnsafeRawBufferPointer(frame), isFile: isFile) {
        case .request:
            let opcode = unsafe fuse_opcode(frame.loadUnaligned(as: fuse_in_header.self).opcode)
            if !isReady, opcode == FUSE_INIT || opcode == CUSE_INIT {
                unsafe ledger.stageGreeting(UnsafeRawBufferPointer(frame))
            }
            #if DEBUG
                unsafe Poison.taste(UnsafeRawBufferPointer(frame))
            #endif
            unsafe process(frame)
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
        // Safe: the structure lives on this stack frame, and is copied.
        unsafe withUnsafeMutableBytes(of: &reply) { bytes in
            var part = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
            _ = unsafe dispatcher.answer(&part, 1)
        }
    }
}
