extension TokenPool {
    /// A process reads from one of its files.
    package mutating func read(
        _ request: RequestID,
        by client: ClientID,
        through file: FileID,
        waits: Bool,
        at now: MonotonicTime
    ) -> ReadAnswer {
        let index = client.index
        expire(at: now)
        forgive(index)
        if clients[index].offered > 0 {
            spendOffer(of: index)
        } else if !mayTake(index) {
            waits ? park(request, index, file.index, at: now) : refused(index, through: file.index, at: now)
            dispatch(at: now)
            return waits ? .parked : .wouldBlock
        } else {
            self.waits.record(nanoseconds: 0)
        }
        fed(index)
        charge(index, through: file.index, at: now)
        // A kept token that only ended a loan makes room for one more.
        dispatch(at: now)
        return .granted
    }

    /// The kernel interrupted a waiting read.
    ///
    /// True: it was waiting, and has left the queue.
    package mutating func interrupted(_ request: RequestID, at now: MonotonicTime) -> Bool {
        guard let index = requestNumbers[request] else { return false }
        let client = requests[index].client
        remove(request: index)
        rank(client)
        dispatch(at: now)
        return true
    }

    /// A granted token did not reach its process: it goes back.
    ///
    /// Nothing happens for a process that has ended since: its tokens are back already.
    package mutating func undelivered(to client: ClientID, through file: FileID, at now: MonotonicTime) {
        guard clients.contains(client.index) else { return }
        if clients[client.index].held > 0 {
            release(newestTaking(of: client.index, through: file.index))
            note(.reclaimed, client.index, at: now)
        } else if !clients[client.index].hasLent {
            note(.unpaid, client.index, at: now)
            clients[client.index].hasLent = true
            lent += 1
        } else {
            return
        }
        totals.reclaimed += 1
        rank(client.index)
        dispatch(at: now)
    }

    /// How many tokens the process could take now, one read after the other.
    package func available(to client: ClientID) -> Int {
        let account = clients[client.index]
        let weight = builds[account.build].weight
        var (free, out) = (free, out)
        var (held, holding) = (account.held, builds[account.build].holding)
        var (offered, loan) = (account.offered, account.hasLent ? 1 : 0)
        var count = 0
        while offered > 0 || loan > 0 && mayRepay(holding: holding, free: free)
            || mayTake(held: held, holding: holding, weight: weight, free: free, out: out)
        {
            let spent = min(1, offered)
            free += spent - 1
            out += 1 - loan - spent
            held += 1 - loan
            holding += 1 - loan - spent
            offered -= spent
            loan = 0
            count += 1
        }
        return count
    }

    /// Charges a token before its reply goes out: nobody can die in between with an unaccounted one.
    mutating func charge(_ client: Int32, through file: Int32, at now: MonotonicTime) {
        totals.granted += 1
        builds[clients[client].build].served = newAge()
        if clients[client].hasLent {
            // It gets its own implicit slot back: the loan is over, and it still holds nothing.
            clients[client].hasLent = false
            lent -= 1
            note(.repaid, client, at: now)
        } else {
            if clients[client].held == 0 { clients[client].holdingSince = now }
            addTaking(of: client, through: file)
            changeHolding(of: client, by: 1)
            held += 1
            note(.granted, client, at: now)
        }
        rank(client)
    }

    private mutating func park(_ request: RequestID, _ client: Int32, _ file: Int32, at now: MonotonicTime) {
        let index = requests.insert(
            Request(id: request, client: client, file: file, age: newAge(), since: now)
        )
        requestNumbers[request] = index
        forgetHunger(of: client)
        clients[client].isTrier = false
        clients[client].requests.append(index, &requestLinks)
        files[file].requests += 1
        rank(client)
    }

    mutating func remove(request index: Int32) {
        let request = requests[index]
        requestNumbers[request.id] = nil
        clients[request.client].requests.remove(index, &requestLinks)
        files[request.file].requests -= 1
        requests.remove(index)
    }

    mutating func abandonRequests(of client: Int32) {
        while clients[client].requests.first >= 0 {
            let index = clients[client].requests.first
            perform(.abandon(requests[index].id))
            remove(request: index)
        }
    }

    /// A file is closed with reads waiting only when the kernel released it without an interrupt: rare.
    mutating func abandonRequests(on file: Int32) {
        guard files[file].requests > 0 else { return }
        for index in requests.indices where requests[index].file == file {
            let client = requests[index].client
            perform(.abandon(requests[index].id))
            remove(request: index)
            rank(client)
        }
    }
}
