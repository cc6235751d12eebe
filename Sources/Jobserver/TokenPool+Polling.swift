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
        clients[client.index].isPoller = true
        if clients[client.index].offered > 0 || mayTake(client.index) { return true }
        guard waits else { return false }
        parkPoll(of: client.index, on: file.index, at: now)
        dispatch(at: now)
        return false
    }

    /// Puts a poll in the queue.
    ///
    /// One that is there already keeps its place: make polls anew after every signal.
    mutating func parkPoll(of client: Int32, on file: Int32, at now: MonotonicTime) {
        guard !isPolling(client, on: file) else { return }
        if clients[client].polls.isEmpty {
            clients[client].pollAge =
                clients[client].hungryUntil == nil ? newAge() : clients[client].hungryAge
        }
        forgetHunger(of: client)
        clients[client].isTrier = false
        let poll = polls.insert(Poll(client: client, file: file, since: now))
        clients[client].polls.append(poll, &pollLinks)
        files[file].polls.append(poll, &filePollLinks)
        if clients[client].passedOverUntil != nil, !spareLinks[client].isLinked {
            spare.append(client, &spareLinks)
        }
        rank(client)
    }

    private func isPolling(_ client: Int32, on file: Int32) -> Bool {
        var poll = clients[client].polls.first
        while poll >= 0, polls[poll].file != file { poll = pollLinks[poll].next }
        return poll >= 0
    }

    mutating func forget(poll: Int32) {
        let client = polls[poll].client
        clients[client].polls.remove(poll, &pollLinks)
        files[polls[poll].file].polls.remove(poll, &filePollLinks)
        polls.remove(poll)
        if clients[client].polls.isEmpty { spare.remove(client, &spareLinks) }
        rank(client)
    }

    /// Wakes every file on which the process polls; the kernel asks again for each.
    mutating func wakePolls(of client: Int32) {
        while clients[client].polls.first >= 0 {
            let poll = clients[client].polls.first
            perform(.wake(FileID(index: polls[poll].file)))
            forget(poll: poll)
        }
    }

    /// A refused process that does not wait.
    ///
    /// One that polls (edge-triggered, it polls no more until it is woken) waits for that; any other is
    /// remembered for a while.
    mutating func refused(_ client: Int32, through file: Int32, at now: MonotonicTime) {
        guard !clients[client].isPoller else { return parkPoll(of: client, on: file, at: now) }
        clients[client].isTrier = true
        clients[client].hungryFile = file
        becomeHungry(client, wishes: 1, at: now)
    }

    /// A process that tries again and again has given a token back: a job of its has ended, and it will try now.
    ///
    /// One that gave back before and did not try then is at its end.
    mutating func returned(by client: Int32, at now: MonotonicTime) {
        let account = clients[client]
        guard account.isTrier, account.offer == nil else { return }
        guard !account.hasReturned else {
            clients[client].isTrier = false
            return forgetHunger(of: client)
        }
        clients[client].hasReturned = true
        clients[client].returns += 1
        if clients[client].returns % 16 != 0 {
            // First among its equals: to take the same token again costs nothing, to get another one later
            // leaves that idle until it tries. Every sixteenth time it queues like everybody, so that it does not
            // keep for good what is somebody else's turn.
            clients[client].hungryAge = 1
            builds[account.build].served = 0
        }
        becomeHungry(client, wishes: account.hungryUntil == nil ? 1 : account.wishes + 1, at: now)
    }

    private mutating func becomeHungry(_ client: Int32, wishes: Int, at now: MonotonicTime) {
        // Forgotten and hungry again without a token in between, it keeps its place, as one who polls does.
        if clients[client].hungryAge == 0 { clients[client].hungryAge = newAge() }
        clients[client].wishes = wishes
        clients[client].hungryUntil = now + limits.hungryNanoseconds
        hungry.remove(client, &hungryLinks)
        hungry.append(client, &hungryLinks)
        rank(client)
    }

    /// A hungry process got a token.
    mutating func fed(_ client: Int32) {
        clients[client].hasReturned = false
        clients[client].hungryAge = 0
        guard clients[client].hungryUntil != nil, clients[client].wishes > 1 else {
            return forgetHunger(of: client)
        }
        clients[client].wishes -= 1
        clients[client].hungryAge = newAge()
        rank(client)
    }

    mutating func forgetHunger(of client: Int32) {
        guard clients[client].hungryUntil != nil else { return }
        clients[client].hungryUntil = nil
        hungry.remove(client, &hungryLinks)
        if clients[client].offer == nil { withdrawOffer(to: client) }
        rank(client)
    }
}
