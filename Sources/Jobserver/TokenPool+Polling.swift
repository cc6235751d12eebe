extension TokenPool {
    /// A process asks whether a read of its would be granted now.
    ///
    /// When not, and it `waits`, a later effect wakes the file; the token that woke it is kept for its read.
    package mutating func polled(
        by client: ClientID,
        through file: FileID,
        waits: Bool,
        at now: MonotonicTime
    ) -> Bool {
        expire(at: now)
        files[file.index].lastPoller = client.index
        if clients[client.index].offer != nil { return true }
        if room > 0, mayTake(client.index) { return true }
        guard waits else { return false }
        parkPoll(of: client.index, on: file.index, at: now)
        dispatch(at: now)
        return false
    }

    /// Puts the file's poll in the queue.
    ///
    /// A poll that is there already keeps its place: make polls anew after every signal.
    mutating func parkPoll(of client: Int32, on file: Int32, at now: MonotonicTime) {
        guard files[file].poller != client else { return }
        // The kernel keeps one handle a file and wakes all who poll it: the newest stands for them.
        if files[file].poller >= 0 { forgetPoll(on: file) }
        if clients[client].polls.isEmpty {
            clients[client].pollAge =
                clients[client].hungryUntil == nil ? newAge() : clients[client].hungryAge
        }
        forgetHunger(of: client)
        files[file].poller = client
        files[file].pollSince = now
        clients[client].polls.append(file, &pollLinks)
        if clients[client].ignoredOffer, !spareLinks[client].isLinked {
            spare.append(client, &spareLinks)
        }
        rank(client)
    }

    mutating func forgetPoll(on file: Int32) {
        let client = files[file].poller
        files[file].poller = -1
        clients[client].polls.remove(file, &pollLinks)
        if clients[client].polls.isEmpty { spare.remove(client, &spareLinks) }
        rank(client)
    }

    /// Wakes every file on which the process polls; the kernel asks again for each.
    mutating func wakePolls(of client: Int32) {
        while clients[client].polls.first >= 0 {
            let file = clients[client].polls.first
            forgetPoll(on: file)
            perform(.wake(FileID(index: file)))
        }
    }

    /// A refused process that does not wait.
    ///
    /// One that polls this file (edge-triggered, it polls no more until it is woken) waits for that; any
    /// other is remembered for a while.
    mutating func refused(_ client: Int32, through file: Int32, at now: MonotonicTime) {
        guard files[file].lastPoller != client else { return parkPoll(of: client, on: file, at: now) }
        guard clients[client].polls.isEmpty else { return }
        let age = clients[client].hungryUntil == nil ? newAge() : clients[client].hungryAge
        forgetHunger(of: client)
        clients[client].hungryAge = age
        clients[client].hungryUntil = now + limits.hungryNanoseconds
        hungry.append(client, &hungryLinks)
        rank(client)
    }

    mutating func forgetHunger(of client: Int32) {
        guard clients[client].hungryUntil != nil else { return }
        clients[client].hungryUntil = nil
        hungry.remove(client, &hungryLinks)
        if let offer = clients[client].offer, offer.file == nil { withdrawOffer(to: client) }
        rank(client)
    }
}
