internal import CFuse
internal import Glibc
internal import SystemPackage

/// Turns libfuse's callbacks into questions to the handler, and its decisions into answers.
///
/// It is what libfuse carries as user data; `DeviceSession` keeps it alive for as long as its libfuse session.
final class Dispatcher {
    private unowned let handler: any DeviceHandler
    private var parked = ParkedRequests()
    private var files = OpenFiles()

    /// Whether the kernel's INIT has been answered.
    var isReady = false

    /// Whose the mounted file is.
    let access: FileAccessRights

    init(handler: any DeviceHandler, access: FileAccessRights) {
        self.handler = handler
        self.access = access
    }

    /// The dispatcher of the session that a request belongs to.
    static func of(_ request: OpaquePointer) -> Dispatcher {
        // Safe: the user data of each session is its dispatcher, which outlives the session's requests.
        unsafe Unmanaged<Dispatcher>.fromOpaque(fuse_req_userdata(request)).takeUnretainedValue()
    }

    // MARK: Decisions of the handler

    /// Answers a parked read with a token; false when it is not parked or the kernel no longer wants the answer.
    func grant(_ number: UInt64) -> Bool {
        guard let request = parked.take(number) else { return false }
        return request.giveToken()
    }

    /// Answers a parked read with an error.
    func fail(_ number: UInt64, _ errno: Errno) {
        guard let request = parked.take(number) else { return }
        request.fail(errno)
    }

    /// Notifies those who poll a file.
    func wake(_ file: UInt64) {
        files.notify(file)
    }

    /// Frees what waits, for the session ends.
    func abandonAll() {
        parked.abandonAll()
    }

    // MARK: Requests of the kernel

    // A file that is not open is refused here: the handler is asked about its own numbers only.

    func open(_ request: consuming Request, flags: Int32) {
        do throws(Errno) {
            let file = try handler.opened(by: request.thread, user: request.user, flags: flags)
            files.open(file)
            guard !request.open(as: file), files.close(file) else { return }
            // The kernel sends no RELEASE for a file that it never got.
            handler.closed(file: file)
        } catch {
            request.fail(error)
        }
    }

    func read(_ request: consuming Request, file: UInt64, size: Int, flags: Int32) {
        guard files.contains(file) else { return request.fail(.badFileDescriptor) }
        guard size > 0 else { return request.giveNothing() }
        let thread = request.thread
        let isInterrupted = request.isInterrupted
        let number = parked.park(request)
        switch handler.read(number, file: file, by: thread, nonblocking: flags & O_NONBLOCK != 0) {
        case .token(let holder):
            guard let request = parked.take(number), !request.giveToken() else { return }
            handler.tokenUndelivered(file: file, to: holder)
        case .wouldBlock:
            fail(number, .resourceTemporarilyUnavailable)
        case .parked where isInterrupted:
            // Not left to libfuse: it would call back within its own call, and then unlock a request that we have freed.
            interrupted(number)
        case .parked:
            parked.watchInterrupt(of: number)
        }
    }

    /// Ends a parked read with EINTR; nothing when it has been answered.
    func interrupted(_ number: UInt64) {
        guard let request = parked.take(number) else { return }
        request.fail(.interrupted)
        handler.interrupted(number)
    }

    func write(_ request: consuming Request, file: UInt64, count: Int) {
        guard files.contains(file) else { return request.fail(.badFileDescriptor) }
        let thread = request.thread
        request.acknowledge(count)
        handler.wrote(count, file: file, by: thread)
    }

    func poll(_ request: consuming Request, file: UInt64, handle: OpaquePointer?) {
        if let handle = unsafe handle {
            unsafe files.keep(handle, for: file)
        }
        guard files.contains(file) else { return request.fail(.badFileDescriptor) }
        let willWait = unsafe handle != nil
        let isReadable = handler.polled(file: file, by: request.thread, willWait: willWait)
        request.give(events: isReadable ? Self.writable | Self.readable : Self.writable)
    }

    func release(_ request: consuming Request, file: UInt64) {
        guard files.close(file) else { return request.fail(.badFileDescriptor) }
        request.succeed()
        handler.closed(file: file)
    }

    func ioctl(_ request: consuming Request, file: UInt64, command: UInt32, call: IoctlCall) {
        guard files.contains(file) else { return request.fail(.badFileDescriptor) }
        guard command == UInt32(FIONREAD) else { return request.fail(.inappropriateIOCTLForDevice) }
        guard call.room >= MemoryLayout<Int32>.size else {
            guard call.isUnrestricted else { return request.fail(.inappropriateIOCTLForDevice) }
            return unsafe request.askForInteger(at: call.address)
        }
        request.give(integer: Int32(clamping: handler.available(file: file, by: request.thread)))
    }

    private static let readable = POLLIN | POLLRDNORM
    private static let writable = POLLOUT | POLLWRNORM
}
