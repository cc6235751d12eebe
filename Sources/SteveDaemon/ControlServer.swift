internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// What the control socket's clients ask the daemon for.
protocol ControlDelegate: AnyObject {
    var greeting: ControlGreeting { get }
    /// Whether a greeting would send somebody to a path that is there.
    func isWorthGreeting() -> Bool
    /// Who holds what, as the peer may see it.
    func report(for peer: PeerCredentials) -> StatusReport
    var values: [String: String] { get }
    /// Changes settings for a peer that may: the named values before and after.
    func set(
        _ values: [String: String],
        for peer: PeerCredentials
    ) throws(RequestRefusal) -> (old: [String: String], new: [String: String])
    /// Holds to stricter limits as long as the peer's process lives, or that with the pid.
    func limit(
        _ values: [String: String],
        whileLives pid: Int32?,
        for peer: PeerCredentials
    ) throws(RequestRefusal)
    /// Lifts the limits of one process' life, or all that the peer may.
    func drop(_ pid: Int32?, for peer: PeerCredentials) throws(RequestRefusal)
    /// Makes the peer a user; false: its token is still to come.
    func register(_ peer: PeerCredentials, slot: Bool, ticket: UInt32) throws(RequestRefusal) -> Bool
    /// The peer went before its token came.
    func withdraw(ticket: UInt32, of peer: PeerCredentials)
    /// What held so many seconds ago, or holds now.
    func trace(last seconds: Double?) -> TraceOpening
    /// What happened from an event on.
    func events(after number: Int, until end: Int?) -> TraceChunk
    /// What was learnt of the sizes of jobs, as the peer may see it.
    func sizes(for peer: PeerCredentials) throws(RequestRefusal) -> [JobSize]
    /// Drops it for a peer that may.
    func forgetSizes(for peer: PeerCredentials) throws(RequestRefusal)
    /// Who they are, as far as that is remembered.
    func processes(_ numbers: [Int], for peer: PeerCredentials) -> [TraceProcess]
}

/// Why a well-formed request is not done.
struct RequestRefusal: Error, CustomStringConvertible {
    let description: String
}

/// The control socket: lines of JSON from peers that may send anything, slowly, or nothing.
final class ControlServer {
    weak var delegate: (any ControlDelegate)?
    private let listener: UnixListener
    /// Its own, of one event at a time: the kernel gives each peer its turn.
    private let ready: EventLoop
    private(set) var peers: [UInt32: ControlPeer] = [:]
    private var nextNumber: UInt32 = 0
    /// When to look for peers that have been silent for too long; nil: there are none at all.
    private(set) var nextSweep: MonotonicTime?
    private var isDoorClosed = false
    /// How long a peer may be silent, if it waits for nothing.
    var silenceNanoseconds: Int64 = 3_600_000_000_000
    /// What peers wait to be told, each one thing.
    var watches: [UInt32: (id: Int, condition: WaitCondition)] = [:]

    /// So long a peer may leave an answer unread.
    var stallNanoseconds: Int64 = 30_000_000_000
    /// Who may have how many places.
    var quota = PeerQuota()
    /// Those whose next request waits until their user has read more.
    private var held: Set<UInt32> = []

    /// So long after nobody could be let in, it is tried again.
    private static let retryNanoseconds: Int64 = 1_000_000_000
    /// Tokens are not kept waiting by a crowd at the door.
    private static let acceptsPerTurn = 8
    /// No peer has this number.
    private static let listenerKey = UInt64.max
    private lazy var greeting: [UInt8] = delegate.map { ControlCoding.line($0.greeting) } ?? []

    /// Lets peers in who come through the listener, which is at the path.
    init(_ listener: consuming UnixListener, path: String, loop: EventLoop) throws(DaemonError) {
        self.listener = listener
        do throws(Errno) {
            ready = try EventLoop(capacity: 1)
            try ready.watch(self.listener.raw, key: Self.listenerKey)
            try loop.watch(ready.raw, for: .readable, key: EventSource.control.key)
        } catch {
            throw .socket(path: path, error)
        }
    }

    /// Does one thing of those that there are to do: answers one request, or lets some in.
    func serve() {
        guard ready.wait(until: 0) > 0 else { return }
        let key = ready.event(0).key
        if key == Self.listenerKey { accept() } else { serve(UInt32(truncatingIfNeeded: key)) }
    }

    /// Whether anybody is connected.
    var hasPeers: Bool { !peers.isEmpty }

    /// Lets some in who wait, as far as there is room; the others wake the event loop again.
    func accept() {
        do throws(Errno) {
            for _ in 0..<Self.acceptsPerTurn {
                guard let stream = try listener.accept() else { break }
                welcome(stream)
            }
        } catch {
            // No descriptor left, say: asked again at once it would say so again.
            closeDoor(until: .now + Self.retryNanoseconds)
        }
    }

    /// Lets nobody in until somebody goes, or until then.
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
        nextNumber &+= 1
        let number = nextNumber
        guard let peer = try? ControlPeer(stream) else { return }
        guard delegate?.isWorthGreeting() != false else { return }
        guard quota.admits(peer.credentials.uid) else { return turnAway(peer) }
        guard (try? ready.watch(peer.raw, for: peer.interest, key: UInt64(number))) != nil
        else { return }
        peers[number] = peer
        quota.came(peer.credentials.uid)
        nextSweep = nextSweep ?? .now + silenceNanoseconds
        peer.send(greeting)
        flush(number, peer)
    }

    /// Says why there is no place, and hangs up: a wrapper comes again.
    private func turnAway(_ peer: ControlPeer) {
        let user = peer.credentials.uid
        let sentence =
            "user \(user) has \(quota.connections(of: user)) connections to steve, and may not have more now"
        send(.busy(sentence), peer)
        _ = peer.flush()
    }

    /// A peer's descriptor is ready: one request is answered.
    private func serve(_ number: UInt32) {
        guard let peer = peers[number] else { return }
        // Nothing else was asked to be told of it.
        guard !peer.isHeld else { return drop(number) }
        if let line = peer.nextDue() {
            peer.send(line)
        } else if !quota.hears(peer.credentials.uid) {
            peer.isHeld = true
            held.insert(number)
        } else if let line = peer.nextRequest() {
            answer(line, number, peer)
        }
        flush(number, peer)
    }

    /// The charge that a registration waited for has been made.
    func registered(_ ticket: UInt32) {
        guard let peer = peers[ticket], let id = peer.registration, let greeting = delegate?.greeting else {
            return
        }
        peer.registration = nil
        peer.isUser = true
        let answer = ControlAnswer.Registered(path: greeting.path, backend: greeting.backend)
        peer.owe(ControlCoding.line(ControlReply(id, answer)))
        flush(ticket, peer)
    }

    private func answer(_ line: [UInt8], _ number: UInt32, _ peer: ControlPeer) {
        do throws(ControlError) {
            let request = try ControlCoding.request(from: line)
            perform(request, number, peer)
        } catch {
            send(.failed(error.id, "\(error)"), peer)
        }
    }

    private func perform(_ request: ControlRequest, _ number: UInt32, _ peer: ControlPeer) {
        guard let delegate else { return }
        let id = request.id
        do throws(RequestRefusal) {
            try expectOwner(of: peer, for: request.action)
            switch request.action {
            case .ping: send(.done(id), peer)
            case .status: answer(id, ControlAnswer.Status(delegate.report(for: peer.credentials)), peer)
            case .get: answer(id, ControlAnswer.Values(delegate.values), peer)
            case .set(let values):
                let change = try delegate.set(values, for: peer.credentials)
                answer(id, ControlAnswer.Change(old: change.old, new: change.new), peer)
            case .limit(let values, let pid):
                try delegate.limit(values, whileLives: pid, for: peer.credentials)
                send(.done(id), peer)
            case .drop(let pid):
                try delegate.drop(pid, for: peer.credentials)
                send(.done(id), peer)
            case .watch(let condition): try watch(condition, id, number, peer)
            case .trace(let last): answer(id, ControlAnswer.Trace(delegate.trace(last: last)), peer)
            case .events(let after, let until):
                answer(id, ControlAnswer.Events(delegate.events(after: after, until: until)), peer)
            case .processes(let numbers):
                let processes = delegate.processes(numbers, for: peer.credentials)
                answer(id, ControlAnswer.Processes(processes), peer)
            case .sizes(let forget):
                if forget { try delegate.forgetSizes(for: peer.credentials) }
                answer(id, ControlAnswer.Sizes(try delegate.sizes(for: peer.credentials)), peer)
            case .register(let slot): try register(id, slot: slot, number, peer, delegate)
            }
        } catch {
            send(.failed(id, error.description), peer)
        }
    }

    /// What is done to the peer's process is not done to another that has its pid by now.
    private func expectOwner(
        of peer: ControlPeer,
        for action: ControlRequest.Action
    ) throws(RequestRefusal) {
        switch action {
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

    private func register(
        _ id: Int,
        slot: Bool,
        _ number: UInt32,
        _ peer: ControlPeer,
        _ delegate: any ControlDelegate
    ) throws(RequestRefusal) {
        guard peer.registration == nil else {
            throw RequestRefusal(description: "you are registering already")
        }
        // Before the question: the answer may come while it is asked.
        peer.registration = id
        do throws(RequestRefusal) {
            if try delegate.register(peer.credentials, slot: slot, ticket: number) {
                registered(number)
            } else if peer.registration != nil {
                send(.waiting(id), peer)
            }
        } catch {
            peer.registration = nil
            throw error
        }
    }

    func send(_ reply: ControlReply<ControlAnswer.Done>, _ peer: ControlPeer) {
        peer.send(ControlCoding.line(reply))
    }

    private func answer(_ id: Int, _ answer: some ControlAnswering, _ peer: ControlPeer) {
        peer.send(ControlCoding.line(ControlReply(id, answer)))
    }

    /// Sends what fits now, and asks to be told when there is more to do.
    func flush(_ number: UInt32, _ peer: ControlPeer) {
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
        try? ready.change(peer.raw, to: peer.interest, key: UInt64(number))
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

    private func drop(_ number: UInt32) {
        guard let peer = peers.removeValue(forKey: number) else { return }
        watches[number] = nil
        held.remove(number)
        quota.went(peer.credentials.uid, unread: peer.counted)
        ready.unwatch(peer.raw)
        if peer.registration != nil { delegate?.withdraw(ticket: number, of: peer.credentials) }
        openDoor()
        hearTheHeld()
    }
}
