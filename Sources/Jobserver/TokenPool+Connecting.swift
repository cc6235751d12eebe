extension TokenPool {
    /// A build that has not been seen before.
    ///
    /// A weight of 2 gives it twice the share of a weight of 1.
    package mutating func begin(buildOfWeight weight: Double = 1) -> BuildID {
        precondition(weight > 0, "a build of weight \(weight)")
        return BuildID(index: builds.insert(Build(weight: weight)))
    }

    /// Forgets a build that has no process and no open file left.
    ///
    /// False: it still has one. A file may outlive every process that was seen.
    package mutating func end(_ build: BuildID) -> Bool {
        guard builds[build.index].clients == 0, builds[build.index].openFiles == 0 else { return false }
        builds.remove(build.index)
        return true
    }

    /// Gives a build another weight.
    package mutating func change(weightOf build: BuildID, to weight: Double, at now: MonotonicTime) {
        precondition(weight > 0, "a build of weight \(weight)")
        if builds[build.index].openFiles > 0 { connectedWeight += weight - builds[build.index].weight }
        builds[build.index].weight = weight
        rank(build: build.index)
        dispatch(at: now)
    }

    /// A process that has not been seen before.
    package mutating func connect(in build: BuildID) -> ClientID {
        builds[build.index].clients += 1
        lastProcess = lastProcess % TokenEvent.largestProcess + 1
        return ClientID(index: clients.insert(Client(build: build.index, process: lastProcess)))
    }

    /// The process' number in the history.
    package func processNumber(of client: ClientID) -> Int { clients[client.index].process }

    /// A process opened the device.
    package mutating func opened(by client: ClientID) -> FileID {
        let build = clients[client.index].build
        builds[build].openFiles += 1
        if builds[build].openFiles == 1 { count(connected: build, 1) }
        return FileID(index: files.insert(OpenFile(build: build)))
    }

    /// The last descriptor of an open file was closed.
    ///
    /// Tokens stay with their holders: make closes its files on SIGINT and goes on running its jobs.
    ///
    /// - Returns: the build that opened it, which may have nothing left now.
    @discardableResult
    package mutating func closed(_ file: FileID, at now: MonotonicTime) -> BuildID {
        while files[file.index].polls.first >= 0 { forget(poll: files[file.index].polls.first) }
        abandonRequests(on: file.index)
        withdrawOffers(through: file.index)
        forgetHunger(through: file.index)
        detachTakings(from: file.index)
        let build = files[file.index].build
        builds[build].openFiles -= 1
        if builds[build].openFiles == 0 { count(connected: build, -1) }
        files.remove(file.index)
        dispatch(at: now)
        return BuildID(index: build)
    }

    /// A process ended: what it held, had on offer or had lent is settled, and its waiting reads are abandoned.
    package mutating func died(_ client: ClientID, at now: MonotonicTime) {
        let index = client.index
        abandonRequests(of: index)
        while clients[index].polls.first >= 0 { forget(poll: clients[index].polls.first) }
        forgetHunger(of: index)
        withdrawOffer(to: index)
        totals.reclaimed += clients[index].held
        note(.reclaimed, index, count: clients[index].held, at: now)
        settleTakings(of: index)
        if clients[index].hasLent {
            note(.lapsed, index, at: now)
            clients[index].hasLent = false
            lent -= 1
        }
        forgive(index)
        leaveQueue(index)
        builds[clients[index].build].clients -= 1
        clients.remove(index)
        dispatch(at: now)
    }

    private mutating func count(connected build: Int32, _ change: Int) {
        connectedBuilds += change
        // No remainder of sums of fractions lives on.
        connectedWeight = connectedBuilds == 0 ? 0 : connectedWeight + Double(change) * builds[build].weight
    }

    /// A process that ends closes its files first: what is kept for it is free before its death is seen.
    private mutating func forgetHunger(through file: Int32) {
        var member = hungry.first
        while member >= 0 {
            let next = hungryLinks[member].next
            if clients[member].hungryFile == file { forgetHunger(of: member) }
            member = next
        }
    }

    private mutating func withdrawOffers(through file: Int32) {
        var member = pollOffers.first
        while member >= 0 {
            let next = offerLinks[member].next
            if clients[member].offer?.file == file { withdrawOffer(to: member) }
            member = next
        }
    }
}
