extension TokenPool {
    /// How many more tokens may be let out now, to whomever: what is left of the limit and of the admission.
    var room: Int { min(free, max(limits.minJobs, admitted) - out) }

    /// Whether the last tokens are kept for builds that hold none.
    private var keepsReserve: Bool { connectedBuilds > 1 }

    /// Whether this process may have one of the tokens in the room.
    func mayTake(_ client: Int32) -> Bool {
        let account = clients[client]
        guard limits.perProcess == 0 || account.held + (account.offer == nil ? 0 : 1) < limits.perProcess
        else {
            return false
        }
        return mayTake(build: account.build)
    }

    private func mayTake(build: Int32) -> Bool {
        let holding = builds[build].holding
        guard limits.perBuild == 0 || holding < limits.perBuild else { return false }
        return holding == 0 || !keepsReserve || room > limits.reserve
    }

    /// Serves the queue until nothing more may be granted to anybody in it.
    mutating func dispatch(at now: MonotonicTime) {
        while room > 0, let build = waiting.first, mayTake(build: build),
            let client = builds[build].waiting.first
        {
            serve(client, at: now)
        }
        tellSpare()
    }

    private mutating func serve(_ client: Int32, at now: MonotonicTime) {
        let account = clients[client]
        let request = account.requests.first
        let oldestRead = request >= 0 ? requests[request].age : .max
        if let other = otherAge(of: account), other < oldestRead {
            return account.hungryUntil == nil ? offerToPoller(client, at: now) : offerToHungry(client)
        }
        let file = requests[request].file
        perform(.grant(requests[request].id, ClientID(index: client), FileID(index: file)))
        remove(request: request)
        charge(client, through: file, at: now)
    }

    /// The place that a client's polls or its hunger have in the queue, if they are in it.
    private func otherAge(of account: Client) -> UInt64? {
        guard account.offer == nil else { return nil }
        if account.hungryUntil != nil { return account.hungryAge }
        return account.polls.isEmpty || account.ignoredOffer ? nil : account.pollAge
    }

    /// Tokens that nobody in the queue may have: pollers that left an offer unread are told, one for each token,
    /// but nothing is kept for them.
    private mutating func tellSpare() {
        var left = room
        while left > 0, spare.first >= 0, mayTake(spare.first) {
            wakePolls(of: spare.first)
            left -= 1
        }
    }

    /// Puts a process, and its build, where they belong in the queue, or takes them out of it.
    mutating func rank(_ client: Int32) {
        let account = clients[client]
        let build = account.build
        let offered = account.offer == nil ? 0 : 1
        let oldestRead = account.requests.first >= 0 ? requests[account.requests.first].age : .max
        let age = min(oldestRead, otherAge(of: account) ?? .max)
        if age < .max, limits.perProcess == 0 || account.held + offered < limits.perProcess {
            let rank = Rank(share: Double(account.held + offered), age: age)
            builds[build].waiting.place(client, at: rank, &clientPositions)
        } else {
            builds[build].waiting.remove(client, &clientPositions)
        }
        rank(build: build)
    }

    private mutating func rank(build: Int32) {
        guard let first = builds[build].waiting.firstRank,
            limits.perBuild == 0 || builds[build].holding < limits.perBuild
        else { return waiting.remove(build, &buildPositions) }
        let share = Double(builds[build].holding) / builds[build].weight
        waiting.place(build, at: Rank(share: share, age: first.age), &buildPositions)
    }

    /// The process is about to be forgotten.
    mutating func leaveQueue(_ client: Int32) {
        let build = clients[client].build
        builds[build].waiting.remove(client, &clientPositions)
        rank(build: build)
    }
}
