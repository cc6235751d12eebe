internal import Wire

/// Peers that wait for a condition: the daemon tells them, so that they need not poll.
extension ControlServer {
    /// Whether any peer waits for a condition.
    var hasWatchers: Bool { !watches.isEmpty }

    /// Answers the peer once the condition holds; checks that after each turn of the event loop.
    func watch(
        _ condition: WaitCondition,
        _ id: Int,
        _ number: PeerID,
        _ peer: ControlPeer
    ) throws(RequestRefusal) {
        guard watches[number] == nil else { throw RequestRefusal(description: "you are waiting already") }
        guard condition != WaitCondition() else {
            throw RequestRefusal(description: "\"free\" or \"idle\" is missing: what is to be waited for?")
        }
        watches[number] = (id, condition)
        send(.waiting(id), peer)
    }

    /// Has those answered whose condition holds now.
    func tellWatchers(free: Int, out: Int) {
        for (number, watch) in watches where watch.condition.holds(free: free, out: out) {
            watches[number] = nil
            guard let peer = peers[number] else { continue }
            peer.owe(ControlCoding.line(ControlReply.done(watch.id)))
            flush(number, peer)
        }
    }
}
