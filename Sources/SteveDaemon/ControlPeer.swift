internal import Linux
internal import SystemPackage
internal import Wire

/// One connection to the control socket, with bounded buffers both ways.
final class ControlPeer {
    let credentials: PeerCredentials
    /// The id of the registration that waits for its token.
    var registration: Int?
    /// What the event loop watches it for.
    var interest = Interest.readable
    /// Whether it sent what cannot be read on from, or does not take what it asked for.
    private(set) var isBroken = false
    private let stream: UnixStream
    private var lines = LineBuffer(limit: ControlRequest.lineLimit)
    private var outgoing: [UInt8] = []

    /// A peer that lets this much lie unread is dropped.
    private static let outgoingLimit = 2 * ControlReply.lineLimit

    init(_ stream: consuming UnixStream) throws(Errno) {
        credentials = try stream.peer()
        self.stream = stream
    }

    var raw: CInt { stream.raw }
    /// Whether something waits to be sent.
    var isBlocked: Bool { !outgoing.isEmpty }

    /// Reads what is there, at most a line's limit a turn.
    ///
    /// False: the peer is done.
    func receive() -> Bool {
        var bytes: [UInt8] = []
        while bytes.count < ControlRequest.lineLimit {
            do throws(Errno) {
                guard let count = try stream.read(into: &bytes) else { break }
                if count == 0 {
                    lines.append(bytes)
                    return false
                }
            } catch {
                return false
            }
        }
        lines.append(bytes)
        return true
    }

    /// The next whole line; nil when there is none, or none to be trusted.
    func nextLine() -> [UInt8]? {
        do throws(ControlError) {
            return try lines.next()
        } catch {
            send(ControlCoding.line(ControlReply.failed(nil, "\(error)")))
            _ = flush()
            isBroken = true
            return nil
        }
    }

    func send(_ line: [UInt8]) {
        outgoing += line
        if outgoing.count > Self.outgoingLimit { isBroken = true }
    }

    /// Sends what fits.
    ///
    /// False: the peer is gone.
    func flush() -> Bool {
        guard !outgoing.isEmpty else { return true }
        do throws(Errno) {
            outgoing.removeFirst(try stream.write(outgoing[...]))
            return true
        } catch {
            return false
        }
    }
}
