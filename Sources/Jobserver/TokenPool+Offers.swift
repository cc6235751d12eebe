/// Tokens kept for one process: for the poller that they woke, and for the hungry one that will try again.
extension TokenPool {
    /// When something in the pool changes by the mere passing of time; nil: never.
    package var nextDeadline: MonotonicTime? {
        let offer = pollOffers.first >= 0 ? clients[pollOffers.first].offer?.deadline : nil
        let hunger = hungry.first >= 0 ? clients[hungry.first].hungryUntil : nil
        guard let offer, let hunger else { return offer ?? hunger }
        return min(offer, hunger)
    }

    /// Passes on what was offered and not read in time, and forgets the hungry whose time is over.
    package mutating func expire(at now: MonotonicTime) {
        guard let deadline = nextDeadline, deadline <= now else { return }
        while pollOffers.first >= 0, let offer = clients[pollOffers.first].offer, offer.deadline <= now {
            passOn(pollOffers.first, at: now)
        }
        while hungry.first >= 0, let until = clients[hungry.first].hungryUntil, until <= now {
            forgetHunger(of: hungry.first)
        }
        dispatch(at: now)
    }

    mutating func offerToPoller(_ client: Int32, at now: MonotonicTime) {
        let file = clients[client].polls.first
        keep(Offer(deadline: now + limits.offerNanoseconds, file: file), for: client)
        pollOffers.append(client, &offerLinks)
        wakePolls(of: client)
    }

    mutating func offerToHungry(_ client: Int32) {
        guard let until = clients[client].hungryUntil else { return }
        keep(Offer(deadline: until, file: nil), for: client)
    }

    /// Takes back what is kept for a process, if anything is.
    mutating func withdrawOffer(to client: Int32) {
        guard clients[client].offer != nil else { return }
        clients[client].offer = nil
        pollOffers.remove(client, &offerLinks)
        reserved -= 1
        builds[clients[client].build].holding -= 1
        rank(client)
    }

    private mutating func keep(_ offer: Offer, for client: Int32) {
        clients[client].offer = offer
        reserved += 1
        builds[clients[client].build].holding += 1
        rank(client)
    }

    /// The poller did not come for its token.
    ///
    /// Until it reads again it is told of spare tokens only: a ninja with a failed job polls for ever and
    /// reads nothing.
    private mutating func passOn(_ client: Int32, at now: MonotonicTime) {
        let file = clients[client].offer?.file
        withdrawOffer(to: client)
        clients[client].ignoredOffer = true
        if let file { parkPoll(of: client, on: file, at: now) }
        if !clients[client].polls.isEmpty, !spareLinks[client].isLinked { spare.append(client, &spareLinks) }
        rank(client)
    }
}
