internal import Vocabulary
internal import CFuse
internal import Glibc
internal import Ledger
internal import SystemPackage

/// Turns libfuse's callbacks into questions to the handler, and its decisions into answers.
///
/// libfuse carries it as user data; `DeviceSession` keeps it alive as long as its libfuse session.
final class Dispatcher {
    private unowned let handler: any DeviceHandler
    private let ledger: ServerLedger
    private var parked: ParkedRequests
    private var files: OpenFiles
    /// What to undo when the kernel refuses an answer, by the answer's place.
    private var promises: [Promise] = []

    /// Whether the kernel's INIT has been answered.
    var isReady = false
    /// While this holds, libfuse's answers are dropped: it replays what the kernel told a session of another
    /// process.
    var isSilent = false
    /// The number of the read that is being replayed to libfuse.
    var returning: RequestID?

    /// Whose the mounted file is.
    let access: FileAccessRights

    init(handler: any DeviceHandler, access: FileAccessRights, ledger: ServerLedger) {
        self.handler = handler
        self.access = access
        self.ledger = ledger
        parked = ParkedRequests(ledger)
        files = OpenFiles(ledger)
    }

    private struct Promise {
        enum Kind { case token(of: ClientID), file }

        let offset: Int
        let kind: Kind
        let file: FileID
    }

    /// The dispatcher of the session that a request belongs to.
    static func of(_ request: OpaquePointer) -> Dispatcher {
        // Safe: the user data of each session is its dispatcher, which outlives the session's requests.
        unsafe Unmanaged<Dispatcher>.fromOpaque(fuse_req_userdata(request)).takeUnretainedValue()
    }

    // MARK: Decisions of the handler

    /// Answers a parked read with a token; false when it is not parked.
    func grant(_ number: RequestID, holder: ClientID) -> Bool {
        let file = parked.file(of: number)
        guard let request = parked.take(number) else { return false }
        promise(.token(of: holder), file: file)
        request.giveToken()
        return true
    }

    /// Answers a parked read with an error.
    func fail(_ number: RequestID, _ errno: Errno) {
        guard let request = parked.take(number) else { return }
        request.fail(errno)
    }

    /// Notifies those who poll a file.
    func wake(_ file: FileID) {
        files.notify(file)
    }

    /// Frees what waits, for the session ends.
    func abandonAll() {
        parked.abandonAll()
    }

    /// A file that was opened under another process.
    func reopen(_ file: FileID) { files.reopen(file) }

    /// Has everybody ask again who polls.
    func wakeAll() {
        for file in files.polled { files.notify(file) }
    }

    // MARK: Answers

    /// Puts down what libfuse answers: the session gives it when all that belongs to it is in the ledger.
    func answer(_ parts: UnsafePointer<iovec>, _ count: Int) -> Int {
        var bytes = 0
        // Safe: libfuse's own vectors, which live during the call.
        for index in 0..<count { unsafe bytes += parts[index].iov_len }
        guard !isSilent else { return bytes }
        guard unsafe ledger.stageAnswer(parts, count) else {
            errno = ENOENT
            return -1
        }
        return bytes
    }

    private func promise(_ kind: Promise.Kind, file: FileID) {
        promises.append(Promise(offset: ledger.nextAnswer, kind: kind, file: file))
    }

    /// The kernel did not take the answers at these places; all others it did.
    func undelivered(_ offsets: [Int]) {
        let broken = promises.filter { offsets.contains($0.offset) }
        promises.removeAll(keepingCapacity: true)
        for promise in broken {
            switch promise.kind {
            case .token(let holder): handler.tokenUndelivered(file: promise.file, to: holder)
            // The kernel sends no RELEASE for a file that it never got.
            case .file: if files.close(promise.file) { handler.closed(file: promise.file) }
            }
        }
    }

    /// The kernel took all answers.
    func delivered() { promises.removeAll(keepingCapacity: true) }

    // MARK: Requests of the kernel

    // A file that is not open is refused here: the handler is asked about its own numbers only.

    func open(_ request: consuming Request, flags: Int32) {
        do throws(Errno) {
            let file = try handler.opened(by: request.thread, user: request.user, flags: flags)
            files.open(file)
            promise(.file, file: file)
            request.open(as: file)
        } catch {
            request.fail(error)
        }
    }

    func read(_ request: consuming Request, file: FileID, size: Int, flags: Int32) {
        if let number = returning {
            parked.park(request, file: file, again: number)
            return unsafe parked.keep(number, frame: nil)
        }
        guard files.contains(file) else { return request.fail(.badFileDescriptor) }
        guard size > 0 else { return request.giveNothing() }
        let thread = request.thread
        let isInterrupted = request.isInterrupted
        let number = parked.park(request, file: file)
        switch handler.read(number, file: file, by: thread, nonblocking: flags & O_NONBLOCK != 0) {
        case .granted(let holder): _ = grant(number, holder: holder)
        case .wouldBlock:
            fail(number, .resourceTemporarilyUnavailable)
        case .parked where isInterrupted:
            // Not left to libfuse: it would call back within its own call, and then unlock a request that we
            // have freed.
            interrupted(number)
        case .parked:
            unsafe parked.keep(number, frame: ledger.landed.map { UnsafeRawBufferPointer($0) })
        }
    }

    /// Ends a parked read with EINTR; nothing when it has been answered.
    func interrupted(_ number: RequestID) {
        guard let request = parked.take(number) else { return }
        request.fail(.interrupted)
        handler.interrupted(number)
    }

    func write(_ request: consuming Request, file: FileID, count: Int) {
        guard files.contains(file) else { return request.fail(.badFileDescriptor) }
        let thread = request.thread
        request.acknowledge(count)
        handler.wrote(count, file: file, by: thread)
    }

    /// The kernel asks; `handle` is its number for the pollers that want to be told of the next change.
    func poll(_ request: consuming Request, file: FileID, handle: UInt64?) {
        if let handle { files.keep(handle, for: file) }
        guard files.contains(file) else { return request.fail(.badFileDescriptor) }
        let isReadable = handler.polled(file: file, by: request.thread, willWait: handle != nil)
        request.give(events: isReadable ? Self.writable | Self.readable : Self.writable)
    }

    func release(_ request: consuming Request, file: FileID) {
        guard files.close(file) else { return request.fail(.badFileDescriptor) }
        request.succeed()
        handler.closed(file: file)
    }

    func ioctl(_ request: consuming Request, file: FileID, command: UInt32, call: IoctlCall) {
        guard files.contains(file) else { return request.fail(.badFileDescriptor) }
        guard command == UInt32(FIONREAD) else { return request.fail(.inappropriateIOCTLForDevice) }
        guard call.room >= MemoryLayout<Int32>.size else {
            guard call.isUnrestricted else { return request.fail(.inappropriateIOCTLForDevice) }
            return unsafe request.askForInteger(at: call.address)
        }
        request.give(integer: Int32(clamping: handler.available(file: file, by: request.thread)))
    }

    /// The kernel's number in the POLL frame that is being served, where libfuse has made an object of it,
    /// which is not kept.
    func handle(_ object: OpaquePointer?) -> UInt64? {
        guard let object = unsafe object else { return nil }
        // Safe: libfuse allocated it for us alone.
        unsafe fuse_pollhandle_destroy(object)
        guard let frame = unsafe ledger.landed else { return nil }
        let offset = MemoryLayout<fuse_in_header>.size
        guard frame.count >= offset + MemoryLayout<fuse_poll_in>.size else { return nil }
        // Safe: inside of the frame, by the guard above.
        return unsafe frame.loadUnaligned(fromByteOffset: offset, as: fuse_poll_in.self).kh
    }

    private static let readable = POLLIN | POLLRDNORM
    private static let writable = POLLOUT | POLLWRNORM
}
