internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// A connection to the control socket, by the turn in which it came.
struct PeerID: Hashable {
    let number: UInt32

    init(number: UInt32) {
        self.number = number
    }

    /// The connection of that key of the event loop.
    init(key: UInt64) {
        self.init(number: UInt32(truncatingIfNeeded: key))
    }

    var key: UInt64 { UInt64(number) }
}

/// One connection to the control socket, with bounded buffers both ways.
///
/// It is served one request at a time, and the next one only when the answer has left. So no token waits for
/// long, and a peer that does not read gets no more to read.
final class ControlPeer {
    let credentials: PeerCredentials
    /// When its process started, as far as that could be seen when it was let in.
    private let startTime: Result<UInt64, Errno>
    /// The id of the registration that waits for its token.
    var registration: Int?
    /// It is a registered process, which keeps the connection to hear of the daemon's end.
    var isUser = false
    /// Answers that it waited for and that are due, one at each of its turns, because many peers may wait for
    /// the same moment.
    private var due: [[UInt8]] = []
    /// When it last said something, or read something.
    private(set) var lastActivity = MonotonicTime.now
    /// What the event loop watches it for.
    private(set) var interest = Interest.readable
    private let stream: UnixStream
    private var lines = LineBuffer(limit: ControlRequest.lineLimit)
    /// The next request, taken out of `lines` already.
    private var request: [UInt8]?
    private var outgoing: [UInt8] = []
    /// How much of that the quota knows of.
    private(set) var counted = 0
    /// Its next request is not read yet, because its user's processes have not read enough of earlier
    /// answers.
    var isHeld = false
    /// The other end sends nothing more, or what cannot be read on from.
    private var isClosing = false

    init(_ stream: consuming UnixStream) throws(Errno) {
        let credentials = try stream.peer()
        self.credentials = credentials
        startTime = Result { () throws(Errno) in try ProcFS.stat(of: credentials.pid).startTime }
        self.stream = stream
    }

    var raw: CInt { stream.raw }

    /// Expects that the process that connected still is the one with its pid, whoever has the connection now.
    ///
    /// ESRCH when it has ended, and whatever keeps the daemon from asking: EMFILE, perhaps.
    func expectWhoConnected() throws(Errno) {
        if let hasEnded = stream.peerHasEnded {
            guard !hasEnded else { throw .noSuchProcess }
            return
        }
        let isSame = try startTime.get() == ProcFS.stat(of: credentials.pid).startTime
        guard isSame else { throw .noSuchProcess }
    }

    /// Whether there is nothing left to do for it.
    var isDone: Bool { isClosing && request == nil && due.isEmpty && outgoing.isEmpty }

    /// Whether the peer may be silent: it waits for its token, or has it and reads all answers.
    var mayBeSilent: Bool { (registration != nil || isUser) && outgoing.isEmpty }

    /// The next complete request, after reading what has arrived; nil when there is none, or it is not this
    /// peer's turn.
    func nextRequest() -> [UInt8]? {
        guard outgoing.isEmpty else { return nil }
        if request == nil, !isClosing { receive() }
        defer { request = bufferedRequest() }
        return request
    }

    /// Has the peer told at its next turn.
    func owe(_ line: [UInt8]) { due.append(line) }

    /// The next answer that is due.
    func nextDue() -> [UInt8]? { due.isEmpty ? nil : due.removeFirst() }

    func send(_ line: [UInt8]) {
        outgoing += line
    }

    /// Sends what fits, and says what to wait for next.
    ///
    /// False: the peer is gone.
    func flush() -> Bool {
        do throws(Errno) {
            if !outgoing.isEmpty {
                let count = try stream.write(outgoing[...])
                // What was long is given back, and not kept for the next answer.
                if count == outgoing.count { outgoing = [] } else { outgoing.removeFirst(count) }
                if count > 0 { lastActivity = .now }
            }
        } catch {
            return false
        }
        // Writable at once, for a request that has come already, or what is due.
        let isBusy = request != nil || !due.isEmpty
        interest =
            !outgoing.isEmpty ? .writable : isHeld ? [] : isBusy ? [.readable, .writable] : .readable
        return true
    }

    /// How many bytes more than at the last time wait to be read, or fewer.
    func countUnread() -> Int {
        defer { counted = outgoing.count }
        return outgoing.count - counted
    }

    /// Reads once; if there is more, the event loop wakes again.
    private func receive() {
        var bytes: [UInt8] = []
        do throws(Errno) {
            guard let count = try stream.read(into: &bytes) else { return }
            isClosing = count == 0
            lastActivity = .now
        } catch {
            isClosing = true
        }
        lines.append(bytes)
        request = bufferedRequest()
    }

    private func bufferedRequest() -> [UInt8]? {
        do throws(ControlError) {
            return try lines.next()
        } catch {
            send(ControlCoding.line(ControlReply.failed(nil, "\(error)")))
            lines = LineBuffer(limit: ControlRequest.lineLimit)
            isClosing = true
            return nil
        }
    }
}
