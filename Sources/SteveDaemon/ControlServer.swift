internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// Events of the control socket that are left for the daemon.
enum ControlEvent {
    /// Somebody waits to be let in, by `accept`.
    case knocked
    /// A peer asks, and waits for an answer.
    case asked(ControlRequest, PeerID, PeerCredentials)
    /// A peer has gone that waited for its slot.
    case left(PeerID, PeerCredentials)
}

/// Why a well-formed request is refused.
struct RequestRefusal: Error, CustomStringConvertible {
    let description: String
}

/// The control socket: lines of JSON from peers that may send anything, slowly, or nothing.
final class ControlServer {
    private let listener: UnixListener
    private var events: [ControlEvent] = []
    /// Its own, of one event at a time: the kernel gives each peer its turn.
    private let ready: EventLoop
    private(set) var peers: [PeerID: ControlPeer] = [:]
    private var lastNumber: UInt32 = 0
    /// When to look for peers that have been silent for too long; nil: there are none at all.
    private(set) var nextSweep: MonotonicTime?
    private var isDoorClosed = false
    /// How long a peer may be silent, if it waits for nothing.
    var silenceNanoseconds: Int64 = 3_600_000_000_000
    /// The conditions that peers wait for, one for each.
    var watches: [PeerID: (id: Int, condition: WaitCondition)] = [:]

    /// How long a peer may leave an answer unread.
    var stallNanoseconds: Int64 = 30_000_000_000
    /// How many places each user may have.
    var quota = PeerQuota()
    /// Those whose next request waits until their user has read more.
    private var held: Set<PeerID> = []

    /// How long to wait before connections are accepted again after a failure.
    private static let retryNanoseconds: Int64 = 1_000_000_000
    /// Tokens are not kept waiting by a crowd at the door.
    private static let acceptsPerTurn = 8
    /// No peer has this number.
    private static let listenerKey = UInt64.max
    private let greeting: ControlGreeting

    /// Greets so who comes through the listener, which is at the path.
    init(
        _ listener: consuming UnixListener,
        path: String,
        greeting: ControlGreeting,
        loop: EventLoop
    ) throws(DaemonError) {
        self.listener = listener
        self.greeting = greeting
        do throws(Errno) {
            ready = try EventLoop(capacity: 1)
            try ready.watch(self.listener.raw, key: Self.listenerKey)
            try loop.watch(ready.raw, for: .readable, key: EventSource.control.key)
        } catch {
            throw .socket(path: path, error)
        }
    }

    /// Does one thing of those that are due: reads one request, or accepts some connections.
    func serve() {
        guard ready.wait(until: 0) > 0 else { return }
        let key = ready.event(0).key
        if key == Self.listenerKey { events.append(.knocked) } else { serve(PeerID(key: key)) }
    }

    /// Events that are left for the daemon.
    func nextEvent() -> ControlEvent? { events.isEmpty ? nil : events.removeFirst() }

    /// Whether anybody is connected.
    var hasPeers: Bool { !peers.isEmpty }

    /// Accepts some of the waiting connections, if there is room; the others wake the event loop again.
    ///
    /// A peer that may not connect is hung up on.
    func accept(isWelcome: @autoclosure () -> Bool) {
        do throws(Errno) {
            for _ in 0..<Self.acceptsPerTurn {
                guard let stream = try listener.accept() else { break }
                if isWelcome() { welcome(stream) }
            }
        } catch {
            // No descriptor left, say: asked again at once it would say so again.
            closeDoor(until: .now + Self.retryNanoseconds)
        }
    }

    /// Accepts no connection until a peer goes, or until then.
    private func closeDoor(until time: MonotonicTime) {
        ready.unwatch(listener.raw)
        isDoorClosed = true
        nextSweep = min(nextSweep ?? time, time)
    }

    private func openDoor() {
        guard isDoorClosed else { return }
        isDoorClosed = (try? ready.watch(listener.raw, key: Self.listenerKey)) == nil
    }

    private func welcome(_ stream: consuming UnixStream) {
        lastNumber &+= 1
        let number = PeerID(number: lastNumber)
        guard let peer = try? ControlPeer(stream) else { return }
        guard quota.admits(peer.credentials.uid) else { return turnAway(peer) }
        guard (try? ready.watch(peer.raw, for: peer.interest, key: number.key)) != nil
        else { return }
        peers[number] = peer
        quota.came(peer.credentials.uid)
        nextSweep = nextSweep ?? .now + silenceNanoseconds
        peer.send(ControlCoding.line(greeting))
        flush(number, peer)
    }

    /// Says why there is no place, and hangs up; a wrapper tries again.
    private func turnAway(_ peer: ControlPeer) {
        let user = peer.credentials.uid
        let sentence =
            "user \(user) has \(quota.connections(of: user)) connections to steve, and may not have more now"
        send(.busy(sentence), peer)
        _ = peer.flush()
    }

    /// A peer's descriptor is ready: one request is heard.
    private func serve(_ number: PeerID) {
        guard let peer = peers[number] else { return }
        // Nothing else was asked to be told of it.
        guard !peer.isHeld else { return drop(number) }
        if let line = peer.nextDue() {
            peer.send(line)
        } else if !quota.hears(peer.credentials.uid) {
            peer.isHeld = true
            held.insert(number)
        } else if let line = peer.nextRequest(), let request = request(from: line, number, peer) {
            // Flushed with its answer.
            return events.append(.asked(request, number, peer.credentials))
        }
        flush(number, peer)
    }

    /// The request in this line; nil: the peer has its answer already.
    private func request(from line: [UInt8], _ number: PeerID, _ peer: ControlPeer) -> ControlRequest? {
        let request: ControlRequest
        do throws(ControlError) {
            request = try ControlCoding.request(from: line)
        } catch {
            send(.failed(error.id, "\(error)"), peer)
            return nil
        }
        do throws(RequestRefusal) {
            try expectOwner(of: peer, for: request.action)
            guard case .watch(let condition) = request.action else { return request }
            try watch(condition, request.id, number, peer)
        } catch {
            send(.failed(request.id, error.description), peer)
        }
        return nil
    }

    /// Checks that the peer's process still lives, and that no other one has its pid now.
    private func expectOwner(
        of peer: ControlPeer,
        for action: ControlRequest.Action
    ) throws(RequestRefusal) {
        switch action {
        case .register where peer.registration != nil:
            throw RequestRefusal(description: "you are registering already")
        case .register, .limit, .drop:
            guard peer.credentials.pid > 0 else { return }
            do throws(Errno) {
                try peer.expectWhoConnected()
            } catch .noSuchProcess {
                throw RequestRefusal(description: "the process that made this connection has ended")
            } catch {
                throw RequestRefusal(watching: error)
            }
        case .ping, .status, .get, .set, .watch, .trace, .events, .processes, .sizes: return
        }
    }

    // MARK: Answers

    /// Answers what the peer has asked.
    func answer(_ number: PeerID, _ reply: ControlReply<some ControlAnswering>) {
        guard let peer = peers[number] else { return }
        peer.send(ControlCoding.line(reply))
        flush(number, peer)
    }

    /// Has the peer wait for its slot; false: it has gone.
    func awaitSlot(_ number: PeerID, _ id: Int) -> Bool {
        guard let peer = peers[number] else { return false }
        peer.registration = id
        answer(number, .waiting(id))
        return true
    }

    /// The slot that a peer waited for has come.
    func giveSlot(_ number: PeerID) {
        guard let peer = peers[number], let id = peer.registration else { return }
        peer.registration = nil
        register(number, id)
    }

    /// The peer is a user now.
    func register(_ number: PeerID, _ id: Int) {
        guard let peer = peers[number] else { return }
        peer.isUser = true
        let answer = ControlAnswer.Registered(path: greeting.path, backend: greeting.backend)
        peer.owe(ControlCoding.line(ControlReply(id, answer)))
        flush(number, peer)
    }

    func send(_ reply: ControlReply<ControlAnswer.Done>, _ peer: ControlPeer) {
        peer.send(ControlCoding.line(reply))
    }

    /// Sends what fits now, and asks the event loop to report when more can be sent.
    func flush(_ number: PeerID, _ peer: ControlPeer) {
        let before = peer.interest
        let isThere = peer.flush()
        quota.note(unread: peer.countUnread(), of: peer.credentials.uid)
        guard isThere, !peer.isDone else { return drop(number) }
        if peer.counted > 0 {
            let time = MonotonicTime.now + stallNanoseconds
            nextSweep = min(nextSweep ?? time, time)
        } else {
            hearTheHeld()
        }
        guard peer.interest != before else { return }
        try? ready.change(peer.raw, to: peer.interest, key: number.key)
    }

    /// Looks at the requests again that waited until their user had read enough.
    func hearTheHeld() {
        guard !held.isEmpty else { return }
        for number in held {
            guard let peer = peers[number], quota.hears(peer.credentials.uid) else { continue }
            held.remove(number)
            peer.isHeld = false
            flush(number, peer)
        }
    }

    /// Disconnects peers that have sent and read nothing for `silenceNanoseconds`: others may need their
    /// places.
    func sweep(at now: MonotonicTime) {
        var next = now + silenceNanoseconds
        for (number, peer) in peers {
            let silence = now.nanoseconds - peer.lastActivity.nanoseconds
            if peer.counted > 0 {
                if silence >= stallNanoseconds {
                    drop(number)
                } else {
                    next = min(next, now + stallNanoseconds)
                }
            } else if silence >= silenceNanoseconds, !peer.mayBeSilent, !peer.isHeld, watches[number] == nil {
                drop(number)
            }
        }
        nextSweep = peers.isEmpty ? nil : next
        openDoor()
    }

    private func drop(_ number: PeerID) {
        guard let peer = peers.removeValue(forKey: number) else { return }
        watches[number] = nil
        held.remove(number)
        quota.went(peer.credentials.uid, unread: peer.counted)
        ready.unwatch(peer.raw)
        if peer.registration != nil { events.append(.left(number, peer.credentials)) }
        openDoor()
        hearTheHeld()
    }
}
