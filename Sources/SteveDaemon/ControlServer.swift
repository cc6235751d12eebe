internal import Linux
internal import SystemPackage
internal import Wire

/// What the control socket's clients ask the daemon for.
protocol ControlDelegate: AnyObject {
    var greeting: ControlGreeting { get }
    var report: StatusReport { get }
    var values: [String: String] { get }
    /// Changes settings for a peer that may: the named values before and after.
    func set(
        _ values: [String: String],
        for peer: PeerCredentials
    ) throws(RequestRefusal) -> (old: [String: String], new: [String: String])
    /// Makes the peer a user; false: its token is still to come.
    func register(_ peer: PeerCredentials, slot: Bool, ticket: UInt32) throws(RequestRefusal) -> Bool
    /// The peer went before its token came.
    func withdraw(ticket: UInt32, of peer: PeerCredentials)
}

/// Why a well-formed request is not done.
struct RequestRefusal: Error, CustomStringConvertible {
    let description: String
}

/// The control socket: lines of JSON from peers that may send anything, slowly, or nothing.
final class ControlServer {
    weak var delegate: (any ControlDelegate)?
    private let listener: UnixListener
    private let loop: EventLoop
    private var peers: [UInt32: ControlPeer] = [:]
    private var nextNumber: UInt32 = 0

    /// More connections than this wait outside.
    private static let peerLimit = 512

    init(path: String, access: PathAccess, loop: EventLoop) throws(DaemonError) {
        self.loop = loop
        do throws(Errno) {
            listener = try UnixListener(path: path, mode: access.mode, group: access.group)
            try loop.watch(listener.raw, for: .readable, key: EventSource.listener.key)
        } catch {
            throw .socket(path: path, error)
        }
    }

    /// Whether anybody is connected.
    var hasPeers: Bool { !peers.isEmpty }

    /// Lets in all who wait, as far as there is room.
    func accept() {
        while peers.count < Self.peerLimit, let stream = try? listener.accept() {
            nextNumber &+= 1
            let number = nextNumber
            let key = EventSource.peer(number).key
            guard let peer = try? ControlPeer(stream), let greeting = delegate?.greeting,
                (try? loop.watch(peer.raw, for: .readable, key: key)) != nil
            else { continue }
            peers[number] = peer
            peer.send(ControlCoding.line(greeting))
            flush(number, peer)
        }
        if peers.count >= Self.peerLimit { loop.unwatch(listener.raw) }
    }

    /// A peer's descriptor is ready.
    func serve(_ number: UInt32) {
        guard let peer = peers[number] else { return }
        let isOpen = peer.receive()
        while let line = peer.nextLine() { answer(line, number, peer) }
        guard isOpen, !peer.isBroken else { return drop(number) }
        flush(number, peer)
    }

    /// The charge that a registration waited for has been made.
    func registered(_ ticket: UInt32) {
        guard let peer = peers[ticket], let id = peer.registration, let greeting = delegate?.greeting else {
            return
        }
        peer.registration = nil
        send(.registered(id, path: greeting.path, backend: greeting.backend), ticket, peer)
        flush(ticket, peer)
    }

    private func answer(_ line: [UInt8], _ number: UInt32, _ peer: ControlPeer) {
        do throws(ControlError) {
            let request = try ControlCoding.message(ControlRequest.self, from: line)
            perform(request, number, peer)
        } catch {
            send(.failed(error.id, "\(error)"), number, peer)
        }
    }

    private func perform(_ request: ControlRequest, _ number: UInt32, _ peer: ControlPeer) {
        guard let delegate else { return }
        let id = request.id
        do throws(RequestRefusal) {
            switch request.action {
            case .ping: send(.done(id), number, peer)
            case .status: send(.status(id, delegate.report), number, peer)
            case .get: send(.settings(id, delegate.values), number, peer)
            case .set(let values):
                let change = try delegate.set(values, for: peer.credentials)
                send(.changed(id, old: change.old, new: change.new), number, peer)
            case .register(let slot):
                guard peer.registration == nil else {
                    throw RequestRefusal(description: "you are registering already")
                }
                peer.registration = id
                if try delegate.register(peer.credentials, slot: slot, ticket: number) {
                    registered(number)
                } else if peer.registration != nil {
                    send(.waiting(id), number, peer)
                }
            }
        } catch {
            peer.registration = nil
            send(.failed(id, error.description), number, peer)
        }
    }

    private func send(_ reply: ControlReply, _ number: UInt32, _ peer: ControlPeer) {
        peer.send(ControlCoding.line(reply))
    }

    /// Sends what fits now, and asks to be told when more does.
    private func flush(_ number: UInt32, _ peer: ControlPeer) {
        guard peer.flush() else { return drop(number) }
        let interest: Interest = peer.isBlocked ? [.readable, .writable] : .readable
        guard interest != peer.interest else { return }
        peer.interest = interest
        try? loop.change(peer.raw, to: interest, key: EventSource.peer(number).key)
    }

    private func drop(_ number: UInt32) {
        guard let peer = peers.removeValue(forKey: number) else { return }
        loop.unwatch(peer.raw)
        if peer.registration != nil { delegate?.withdraw(ticket: number, of: peer.credentials) }
        if peers.count == Self.peerLimit - 1 {
            try? loop.watch(listener.raw, for: .readable, key: EventSource.listener.key)
        }
    }
}
