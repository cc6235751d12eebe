/// Tokens kept for one process: for the poller that they woke, and for the hungry one that will try again.
extension TokenPool {
    /// When something in the pool changes by the mere passing of time; nil: never.
    package var nextDeadline: MonotonicTime? {
        let offer = pollOffers.first >= 0 ? clients[pollOffers.first].offer?.deadline : nil
        let hunger = hungry.first >= 0 ? clients[hungry.first].hungryUntil : nil
        let pardon = passedOver.first >= 0 ? clients[passedOver.first].passedOverUntil : nil
        return earlier(earlier(offer, hunger), pardon)
    }

    private func earlier(_ one: MonotonicTime?, _ other: MonotonicTime?) -> MonotonicTime? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// Passes on what was offered and not read in time, and forgets hunger and faults whose time is over.
    package mutating func expire(at now: MonotonicTime) {
        guard let deadline = nextDeadline, deadline <= now else { return }
        while pollOffers.first >= 0, let offer = clients[pollOffers.first].offer, offer.deadline <= now {
            passOn(pollOffers.first, at: now)
        }
        while hungry.first >= 0, let until = clients[hungry.first].hungryUntil, until <= now {
            let client = hungry.first
            // It left a token unread: it may have nothing more to do.
            if clients[client].offered > 0 { clients[client].isTrier = false }
            // To be first was for the token that it gave back.
            if clients[client].hasReturned { clients[client].hungryAge = 0 }
            forgetHunger(of: client)
        }
        while passedOver.first >= 0, let until = clients[passedOver.first].passedOverUntil, until <= now {
            forgive(passedOver.first)
        }
        dispatch(at: now)
    }

    mutating func offerToPoller(_ client: Int32, at now: MonotonicTime) {
        let poll = polls[clients[client].polls.first]
        waits.record(nanoseconds: now.nanoseconds - poll.since.nanoseconds)
        clients[client].offer = Offer(deadline: now + limits.offerNanoseconds, file: poll.file)
        keepToken(for: client)
        pollOffers.append(client, &offerLinks)
        wakePolls(of: client)
    }

    /// Keeps a token for a process until it reads, or its offer or hunger is over.
    mutating func keepToken(for client: Int32) {
        builds[clients[client].build].served = newAge()
        changeOffered(to: client, by: 1)
    }

    /// Takes back one of the tokens that are kept for a process.
    mutating func spendOffer(of client: Int32) {
        guard clients[client].offered == 1 else { return changeOffered(to: client, by: -1) }
        withdrawOffer(to: client)
    }

    /// Takes back all that is kept for a process.
    mutating func withdrawOffer(to client: Int32) {
        guard clients[client].offered > 0 else { return }
        clients[client].offer = nil
        pollOffers.remove(client, &offerLinks)
        changeOffered(to: client, by: -clients[client].offered)
    }

    private mutating func changeOffered(to client: Int32, by change: Int) {
        clients[client].offered += change
        reserved += change
        builds[clients[client].build].holding += change
        rank(client)
    }

    /// The poller did not come for its token.
    ///
    /// For a while it is told of spare tokens only: a ninja with a failed job polls for ever and reads nothing.
    /// Not for longer: another may have been slow just once.
    private mutating func passOn(_ client: Int32, at now: MonotonicTime) {
        let file = clients[client].offer?.file ?? -1
        withdrawOffer(to: client)
        clients[client].passedOverUntil = now + limits.passedOverNanoseconds
        passedOver.append(client, &passedOverLinks)
        if file >= 0 { parkPoll(of: client, on: file, at: now) }
        if !clients[client].polls.isEmpty, !spareLinks[client].isLinked { spare.append(client, &spareLinks) }
        rank(client)
    }

    /// A process that left an offer unread may be offered tokens again.
    mutating func forgive(_ client: Int32) {
        guard clients[client].passedOverUntil != nil else { return }
        clients[client].passedOverUntil = nil
        passedOver.remove(client, &passedOverLinks)
        spare.remove(client, &spareLinks)
        rank(client)
    }
}
