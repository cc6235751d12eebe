internal import Linux
internal import SystemPackage
internal import Wire

/// A connection that carries lines, whose reader and writer wait for them.
final class LineStream {
    /// The socket's path.
    let path: String
    /// The user who listens on it, and the process.
    let owner: UInt32
    let listener: Int32

    /// How long the other end may take to let this one in and to greet it.
    let patienceMilliseconds: Int32

    private let stream: UnixStream
    private let loop: EventLoop
    private var lines = LineBuffer(limit: ControlCoding.replyLimit)

    /// How long a daemon may take to answer.
    static let patienceSeconds = 10
    static let patience = Int32(patienceSeconds) * 1000

    /// Connects with the daemon that listens at the path.
    init(connectingTo path: String, patienceMilliseconds: Int32 = patience) throws(Errno) {
        self.path = path
        self.patienceMilliseconds = patienceMilliseconds
        stream = try UnixStream(connectingTo: path, patienceMilliseconds: patienceMilliseconds)
        let peer = try stream.peer()
        (owner, listener) = (peer.uid, peer.pid)
        loop = try EventLoop()
        try loop.watch(stream.raw, for: .readable, key: 0)
    }

    deinit {
        loop.unwatch(stream.raw)
    }

    /// The number to watch for the other end's end.
    var raw: CInt { stream.raw }

    /// Whether the listening process has ended: then another server serves for it, which has no keeper.
    var listenerHasEnded: Bool {
        // Nobody can say of one in another PID namespace.
        do throws(Errno) {
            return try stream.peerProcess().hasEnded
        } catch {
            return error == .noSuchProcess
        }
    }

    /// The process that listens.
    func listenerProcess() throws(Errno) -> ProcessDescriptor { try stream.peerProcess() }

    /// Sends a line with its newline.
    func send(_ line: [UInt8]) throws(ControlFailure) {
        var rest = line[...]
        while true {
            do throws(Errno) {
                rest = rest.dropFirst(try stream.write(rest))
                guard !rest.isEmpty else { return }
                try loop.change(stream.raw, to: .writable, key: 0)
                defer { try? loop.change(stream.raw, to: .readable, key: 0) }
                guard wait(until: Self.endOfPatience) else { throw .timedOut }
            } catch {
                throw error == .timedOut ? timedOut : .ended(path: path)
            }
        }
    }

    /// Until when a daemon that is connected with now may greet.
    var endOfGreeting: Int64 { MonotonicClock.nowNanoseconds + Int64(patienceMilliseconds) * 1_000_000 }

    /// Until when a daemon that is asked now may answer.
    static var endOfPatience: Int64 { MonotonicClock.nowNanoseconds + Int64(patienceSeconds) * 1_000_000_000 }

    /// The next line without its newline, waited for until the deadline; nil: as long as the other end lives.
    func next(until deadline: Int64?) throws(ControlFailure) -> [UInt8] {
        while true {
            if let line = try nextReceived() { return line }
            var bytes: [UInt8] = []
            do throws(Errno) {
                guard let count = try stream.read(into: &bytes, limit: 65_536) else {
                    guard wait(until: deadline) else { throw .timedOut }
                    continue
                }
                guard count > 0 else { throw .connectionReset }
            } catch {
                throw error == .timedOut ? timedOut : .ended(path: path)
            }
            lines.append(bytes)
        }
    }

    private func nextReceived() throws(ControlFailure) -> [UInt8]? {
        do throws(ControlError) {
            return try lines.next()
        } catch {
            throw .malformed(path: path, why: "\(error)")
        }
    }

    private func wait(until deadline: Int64?) -> Bool {
        guard let deadline else { return loop.wait(until: nil) >= 0 }
        while MonotonicClock.nowNanoseconds < deadline {
            if loop.wait(until: deadline) > 0 { return true }
        }
        return false
    }

    private var timedOut: ControlFailure { .noAnswer(path: path, seconds: Self.patienceSeconds) }
}
