package import Vocabulary

extension TokenPool {
    /// A build that has not been seen before.
    ///
    /// A weight of 2 gives it twice the share of a weight of 1.
    /// One that is `dispatchedBy` another is a package: a token of the dispatcher counts as its own.
    package mutating func begin(buildOfWeight weight: Double = 1, dispatchedBy dispatcher: BuildID? = nil)
        -> BuildID
    {
        precondition(weight > 0, "a build of weight \(weight)")
        var build = Build(weight: weight)
        if let dispatcher, accounts.builds[dispatcher.index].isDispatcher {
            build.part = .package(of: dispatcher.index, isPaidFor: false)
        }
        return BuildID(index: accounts.add(build))
    }

    /// Something that takes a token for each build before it starts it, as emerge does for its packages.
    package mutating func beginDispatcher() -> BuildID {
        var build = Build(weight: 1)
        build.part = .dispatcher
        return BuildID(index: accounts.add(build))
    }

    /// Forgets a build that has no process and no open file left.
    ///
    /// False: it still has one. A file may outlive all known processes.
    package mutating func end(_ build: BuildID) -> Bool {
        let account = accounts.builds[build.index]
        guard account.clients == 0, account.openFiles == 0 else { return false }
        accounts.remove(build: build.index)
        return true
    }

    /// Gives a build another weight.
    package mutating func change(weightOf build: BuildID, to weight: Double, at now: MonotonicTime) {
        precondition(weight > 0, "a build of weight \(weight)")
        happen(at: now) { pool in pool.accounts.change(weightOf: build.index, to: weight) }
    }

    /// A process that has not been seen before.
    package mutating func connect(in build: BuildID) -> ClientID {
        ClientID(index: accounts.add(clientOf: build.index))
    }

    /// The process' number in the history.
    package mutating func processNumber(of client: ClientID) -> Int { accounts.clients[client.index].process }

    /// A process opened the device.
    package mutating func opened(by client: ClientID) -> FileID {
        FileID(index: accounts.open(for: accounts.clients[client.index].build))
    }

    /// The last descriptor of an open file was closed.
    ///
    /// Tokens stay with their holders: make closes its files on SIGINT and goes on running its jobs.
    ///
    /// - Returns: the build that opened it, which may have nothing left now.
    @discardableResult
    package mutating func closed(_ file: FileID, at now: MonotonicTime) -> BuildID {
        happen(at: now) { pool in
            let index = file.index
            while pool.accounts.entries.files[index].polls.first >= 0 {
                pool.forget(poll: pool.accounts.entries.files[index].polls.first)
            }
            pool.abandonReads(on: index)
            pool.endDemands(through: index)
            return BuildID(index: pool.accounts.close(index))
        }
    }

    /// A process ended: what it held, had reserved or had lent is settled, and its waiting reads are
    /// abandoned.
    package mutating func died(_ client: ClientID, at now: MonotonicTime) {
        happen(at: now) { pool in
            let index = client.index
            while pool.accounts.clients[index].reads.first >= 0 {
                pool.abandon(read: pool.accounts.clients[index].reads.first)
            }
            while pool.accounts.clients[index].polls.first >= 0 {
                pool.forget(poll: pool.accounts.clients[index].polls.first)
            }
            pool.settle(index, at: now)
            pool.accounts.remove(client: index)
        }
    }

    /// What a process that has ended held comes back, and its loan is over.
    private mutating func settle(_ client: Int32, at now: MonotonicTime) {
        let account = accounts.clients[client]
        totals.reclaimed += account.held
        note(.reclaimed, client, count: account.held, at: now)
        if account.isLending { note(.lapsed, client, at: now) }
        if account.held > 0 { accounts.noteReturn(of: account.build) }
        accounts.change(client) { client, entries in
            entries.releaseAll(&client)
            client.balance = .nothing
            client.demand = .none
        }
    }

    /// A process that ends closes its files first, so its reservation is free before the pool learns of its
    /// death.
    private mutating func endDemands(through file: Int32) {
        for kind in [Deadline.Kind.reservation, .retry] {
            var member = accounts.deadlines[kind].first
            while member >= 0 {
                let next = accounts.deadlines.next(member)
                if accounts.clients[member].demand.file == file { endDemand(of: member) }
                member = next
            }
        }
    }
}
