/// Tokens reserved for one process: for the poller that they woke, and for the non-blocking waiter that will
/// try again.
extension TokenPool {
    /// When something in the pool changes by the mere passing of time; nil: never.
    package var nextDeadline: MonotonicTime? { mutating get { deadline() } }

    private mutating func deadline() -> MonotonicTime? {
        var next: MonotonicTime?
        for kind in Deadline.Kind.allCases {
            guard let time = accounts.deadline(kind) else { continue }
            next = min(next ?? time, time)
        }
        // A client that the reserve keeps waiting may have a token once the last newcomer is long ago, or the
        // other builds have rested for long.
        guard free > 0, isAnyoneWaiting, let time = accounts.reserveDeadline() else { return next }
        return min(next ?? time, time)
    }

    /// Passes on tokens that were reserved and not read in time, and forgets expired retries and penalties.
    package mutating func expire(at now: MonotonicTime) {
        let deadline = deadline()
        accounts.pass(to: now)
        guard let deadline, deadline <= now else { return }
        while let client = accounts.overdue(.reservation, at: now) { passOn(client, at: now) }
        while let client = accounts.overdue(.retry, at: now) { giveUp(client) }
        while let client = accounts.overdue(.penalty, at: now) { endPenalty(of: client) }
        dispatch(at: now)
    }

    /// Reserves a token for the poller whose turn it is, and wakes it.
    mutating func reserveForPoll(_ client: Int32, at now: MonotonicTime) {
        let poll = accounts.entries.polls[accounts.clients[client].polls.first]
        waits.record(nanoseconds: now.nanoseconds - poll.since.nanoseconds)
        wakePolls(of: client)
        reserve(client, .reservation(file: poll.file, until: now + limits.reservationNanoseconds))
    }

    /// Reserves a token for the non-blocking waiter whose turn it is.
    mutating func reserveForRetry(_ client: Int32, _ retry: Retry, at now: MonotonicTime) {
        waits.record(nanoseconds: now.nanoseconds - retry.until.nanoseconds + limits.retryNanoseconds)
        var retry = retry
        retry.reserved += 1
        reserve(client, .retry(retry))
    }

    private mutating func reserve(_ client: Int32, _ demand: Demand) {
        accounts.noteTurn(of: accounts.clients[client].build, accounts.newAge())
        accounts.change(client) { client, _ in client.demand = demand }
    }

    /// Ends the process' reservation, and its waiting without a read or a poll.
    mutating func endDemand(of client: Int32) {
        accounts.change(client) { client, _ in client.demand = .none }
    }

    /// The poller did not come for its token.
    ///
    /// For a while it is told only of tokens that nobody in the queue may have, because a ninja with a failed
    /// job polls for ever and reads nothing. Not for longer, because another poller may have been slow just
    /// once.
    private mutating func passOn(_ client: Int32, at now: MonotonicTime) {
        guard case .reservation(let file, _) = accounts.clients[client].demand else { return }
        let penalty = Demand.penalty(place: accounts.newAge(), until: now + limits.penaltyNanoseconds)
        accounts.change(client) { account, entries in
            account.demand = penalty
            // It is told again without asking again: an edge-triggered poller would not.
            entries.add(Poll(client: client, file: file, since: now), to: &account)
        }
    }

    /// The non-blocking waiter did not try again in time.
    private mutating func giveUp(_ client: Int32) {
        accounts.change(client) { client, _ in
            if case .retries(var retrier) = client.manner {
                // To be first was for the token that it gave back.
                if retrier.hasReturned { retrier.place = nil }
                // One that left a token unread though no job of its own runs may have nothing more to do.
                client.manner = client.reserved > 0 && client.held == 0 ? .unknown : .retries(retrier)
            }
            client.demand = .none
        }
    }

    /// A process that left a reserved token unread may have another reserved.
    mutating func endPenalty(of client: Int32) {
        guard case .penalty(let place, _) = accounts.clients[client].demand else { return }
        accounts.change(client) { client, _ in
            client.demand = client.polls.isEmpty ? .none : .poll(place: place)
        }
    }
}

extension Accounts {
    /// When less is kept from some builds for no other reason than that time has passed.
    fileprivate mutating func reserveDeadline() -> MonotonicTime? {
        let rest = restDeadline
        guard limits.reserve == nil else { return rest }
        let came = newcomers.first(since: now + -limits.restNanoseconds).map { $0 + limits.restNanoseconds }
        guard let rest, let came else { return rest ?? came }
        return min(rest, came)
    }

    /// The first deadline of its kind.
    fileprivate mutating func deadline(_ kind: Deadline.Kind) -> MonotonicTime? {
        let first = deadlines[kind].first
        return first >= 0 ? clients[first].demand.deadline?.time : nil
    }

    /// The first process whose deadline of that kind has come.
    fileprivate mutating func overdue(_ kind: Deadline.Kind, at now: MonotonicTime) -> Int32? {
        guard let time = deadline(kind), time <= now else { return nil }
        return deadlines[kind].first
    }
}
