extension TokenPool {
    /// How many more tokens may be let out now, to whomever: what is left of the limit and of the admission.
    var room: Int { room(free: free, out: out) }

    private func room(free: Int, out: Int) -> Int { min(free, max(limits.minJobs, admitted) - out) }

    /// Whether this process may have one of the tokens in the room.
    func mayTake(_ client: Int32) -> Bool {
        let account = accounts.clients[client]
        let build = accounts.builds[account.build]
        if account.isOwedItsSlot { return mayRepay(holding: build.holding, free: free) }
        return mayTake(
            held: account.held + account.reserved,
            holding: build.holding,
            weight: build.weight,
            free: free,
            out: out
        )
    }

    /// Whether a process with so many tokens, of a build with so many, may have one more.
    private func mayTake(held: Int, holding: Int, weight: Double, free: Int, out: Int) -> Bool {
        guard limits.perProcess == 0 || held < limits.perProcess else { return false }
        return mayTake(holding: holding, weight: weight, free: free, out: out)
    }

    /// Whether a process of a build with so many tokens may have its own slot back.
    ///
    /// That lets nothing out and makes nobody's share larger: neither the admission rules are asked nor the limit for
    /// each build, or a build would stand still whose one worker has lent its slot.
    private func mayRepay(holding: Int, free: Int) -> Bool {
        free > (holding > 0 && accounts.connectedBuilds > 1 ? limits.reserve : 0)
    }

    private func mayTake(holding: Int, weight: Double, free: Int, out: Int) -> Bool {
        let room = room(free: free, out: out)
        guard room > 0, limits.perBuild == 0 || holding < limits.perBuild else { return false }
        guard holding > 0, accounts.connectedBuilds > 1 else { return true }
        // The last tokens of the pool are for newcomers. Under a gate the last that may be out are kept only from
        // those who have their share: one of six idle for want of memory is too much.
        guard free > limits.reserve else { return false }
        return room > limits.reserve
            || Double(holding) * accounts.connectedWeight < Double(out + room) * weight
    }

    private func mayTake(build: Int32) -> Bool {
        let account = accounts.builds[build]
        return mayTake(holding: account.holding, weight: account.weight, free: free, out: out)
    }

    /// How many tokens the process could take now, one read after the other.
    package func available(to client: ClientID) -> Int {
        let account = accounts.clients[client.index]
        let build = accounts.builds[account.build]
        var (free, out) = (free, out)
        var (held, holding) = (account.held, build.holding)
        var (reserved, loan) = (account.reserved, account.isLending ? 1 : 0)
        var count = 0
        while reserved > 0 || loan > 0 && mayRepay(holding: holding, free: free)
            || mayTake(held: held, holding: holding, weight: build.weight, free: free, out: out)
        {
            let spent = min(1, reserved)
            free += spent - 1
            out += 1 - loan - spent
            held += 1 - loan
            holding += 1 - loan - spent
            reserved -= spent
            loan = 0
            count += 1
        }
        return count
    }

    /// Serves the queue until nothing more may be granted to anybody in it.
    mutating func dispatch(at now: MonotonicTime) {
        while let build = accounts.waiting.first, mayTake(build: build),
            let client = accounts.builds[build].waiting.first
        {
            serve(client, at: now)
        }
        repay(at: now)
        tellPenalized()
    }

    /// Gives lenders their slots back who were not let in with the others.
    private mutating func repay(at now: MonotonicTime) {
        var member = accounts.waitingLenders.first
        while member >= 0, free > 0 {
            let next = accounts.lenderLinks[member].next
            if mayTake(member) { serve(member, at: now) }
            member = next
        }
    }

    private mutating func serve(_ client: Int32, at now: MonotonicTime) {
        // A read that waits takes the token before it is reserved for a poll of the same process.
        let index = accounts.clients[client].reads.first
        guard index < 0 else { return grant(read: index, at: now) }
        switch accounts.clients[client].demand {
        case .poll: reserveForPoll(client, at: now)
        case .retry(let retry): reserveForRetry(client, retry, at: now)
        case .none, .reservation, .penalty:
            preconditionFailure("client \(client) is served and waits for nothing")
        }
    }

    private mutating func grant(read index: Int32, at now: MonotonicTime) {
        let read = accounts.entries.reads[index]
        perform(.grant(read.id, ClientID(index: read.client), FileID(index: read.file)))
        waits.record(nanoseconds: now.nanoseconds - read.since.nanoseconds)
        charge(read.client, through: read.file, at: now) { client, entries in
            entries.remove(read: index, from: &client)
        }
    }

    /// Tokens that nobody in the queue may have: pollers that left a token unread are told, but nothing is
    /// reserved for them.
    private mutating func tellPenalized() {
        guard free > 0 else { return }
        var member = accounts.deadlines[.penalty].first
        while member >= 0 {
            let next = accounts.deadlines.next(member)
            if mayTake(member) { wakePolls(of: member) }
            member = next
        }
    }
}
