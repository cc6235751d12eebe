extension TokenPool {
    /// How many more tokens may be let out now, to whomever: what is left of the limit and of the admission.
    var room: Int { room(free: free, out: out) }

    private func room(free: Int, out: Int) -> Int { min(free, max(limits.minJobs, admitted) - out) }

    /// Whether this process may have one of the tokens in the room.
    func mayTake(_ client: Int32) -> Bool {
        let account = clients[client]
        let held = account.held + account.offered
        let build = builds[account.build]
        if account.isOwedItsSlot { return mayRepay(holding: build.holding, free: free) }
        return mayTake(held: held, holding: build.holding, weight: build.weight, free: free, out: out)
    }

    /// Whether a process with so many tokens, of a build with so many, may have one more.
    func mayTake(held: Int, holding: Int, weight: Double, free: Int, out: Int) -> Bool {
        guard limits.perProcess == 0 || held < limits.perProcess else { return false }
        return mayTake(holding: holding, weight: weight, free: free, out: out)
    }

    /// Whether a process of a build with so many tokens may have its own slot back.
    ///
    /// That lets nothing out and makes nobody's share larger: neither the admission rules are asked nor the limit for
    /// each build, or a build would stand still whose one worker has lent its slot.
    func mayRepay(holding: Int, free: Int) -> Bool {
        free > (holding > 0 && connectedBuilds > 1 ? limits.reserve : 0)
    }

    private func mayTake(holding: Int, weight: Double, free: Int, out: Int) -> Bool {
        let room = room(free: free, out: out)
        guard room > 0, limits.perBuild == 0 || holding < limits.perBuild else { return false }
        guard holding > 0, connectedBuilds > 1 else { return true }
        // The last tokens of the pool are for newcomers. Under a gate the last that may be out are kept only from
        // those who have their share: one of six idle for want of memory is too much.
        guard free > limits.reserve else { return false }
        return room > limits.reserve || Double(holding) * connectedWeight < Double(out + room) * weight
    }

    private func mayTake(build: Int32) -> Bool {
        mayTake(holding: builds[build].holding, weight: builds[build].weight, free: free, out: out)
    }

    /// Serves the queue until nothing more may be granted to anybody in it.
    mutating func dispatch(at now: MonotonicTime) {
        while let build = waiting.first, mayTake(build: build),
            let client = builds[build].waiting.first
        {
            serve(client, at: now)
        }
        repay(at: now)
        tellSpare()
    }

    /// Gives lenders their slots back who were not let in with the others.
    private mutating func repay(at now: MonotonicTime) {
        var member = waitingLenders.first
        while member >= 0, free > 0 {
            let next = lenderLinks[member].next
            if mayTake(member) { serve(member, at: now) }
            member = next
        }
    }

    private mutating func serve(_ client: Int32, at now: MonotonicTime) {
        let request = clients[client].requests.first
        guard request >= 0 else {
            guard let until = clients[client].hungryUntil else { return offerToPoller(client, at: now) }
            waits.record(nanoseconds: now.nanoseconds - until.nanoseconds + limits.hungryNanoseconds)
            return keepToken(for: client)
        }
        // A read that waits takes the token before it is kept for a poll of the same process.
        let file = requests[request].file
        perform(.grant(requests[request].id, ClientID(index: client), FileID(index: file)))
        waits.record(nanoseconds: now.nanoseconds - requests[request].since.nanoseconds)
        remove(request: request)
        charge(client, through: file, at: now)
    }

    /// The place that a client's polls or its hunger have in the queue, if they are in it.
    private func otherAge(of account: Client) -> UInt64? {
        if account.hungryUntil != nil { return account.offered < account.wishes ? account.hungryAge : nil }
        guard account.offered == 0 else { return nil }
        return account.polls.isEmpty || account.passedOverUntil != nil ? nil : account.pollAge
    }

    /// Tokens that nobody in the queue may have: pollers that left an offer unread are told, but nothing is
    /// kept for them.
    private mutating func tellSpare() {
        guard free > 0 else { return }
        var member = spare.first
        while member >= 0 {
            let next = spareLinks[member].next
            if mayTake(member) { wakePolls(of: member) }
            member = next
        }
    }

    /// Puts a process, and its build, where they belong in the queue, or takes them out of it.
    mutating func rank(_ client: Int32) {
        let account = clients[client]
        let build = account.build
        let offered = account.offered
        let oldestRead = account.requests.first >= 0 ? requests[account.requests.first].age : .max
        let age = min(oldestRead, otherAge(of: account) ?? .max)
        rank(lender: client, waits: account.isOwedItsSlot && age < .max)
        if age < .max, limits.perProcess == 0 || account.held + offered < limits.perProcess {
            let rank = Rank(share: Double(account.held + offered), age: age)
            builds[build].waiting.place(client, at: rank, &clientPositions)
        } else {
            builds[build].waiting.remove(client, &clientPositions)
        }
        rank(build: build)
    }

    private mutating func rank(lender client: Int32, waits: Bool) {
        guard waits else { return waitingLenders.remove(client, &lenderLinks) }
        if !lenderLinks[client].isLinked { waitingLenders.append(client, &lenderLinks) }
    }

    mutating func rank(build: Int32) {
        guard let first = builds[build].waiting.firstRank,
            limits.perBuild == 0 || builds[build].holding < limits.perBuild
        else { return waiting.remove(build, &buildPositions) }
        let share = Double(builds[build].holding) / builds[build].weight
        waiting.place(
            build,
            at: Rank(share: share, age: max(first.age, builds[build].served)),
            &buildPositions
        )
    }

    /// The process is about to be forgotten.
    mutating func leaveQueue(_ client: Int32) {
        let build = clients[client].build
        builds[build].waiting.remove(client, &clientPositions)
        waitingLenders.remove(client, &lenderLinks)
        rank(build: build)
    }
}
