package import Vocabulary

extension TokenPool {
    /// A process asks whether one of its reads would get a token now.
    ///
    /// If not, and it `waits`, a later effect wakes the file; the token that woke it is reserved for its
    /// read.
    package mutating func polled(
        by client: ClientID,
        through file: FileID,
        waits: Bool,
        at now: MonotonicTime
    ) -> Bool {
        happen(at: now) { pool in
            let index = client.index
            pool.notePoll(of: index, waits: waits)
            if pool.accounts.clients[index].reserved > 0 || pool.mayTake(index) { return true }
            if waits { pool.parkPoll(of: index, on: file.index, at: now) }
            return false
        }
    }

    /// From now on the process counts as a poller; a single poll in passing does not make one of a
    /// non-blocking waiter.
    private mutating func notePoll(of client: Int32, waits: Bool) {
        switch accounts.clients[client].manner {
        case .polls: return
        case .retries where !waits: return
        case .unknown, .retries: accounts.change(client) { client, _ in client.manner = .polls }
        }
    }

    /// Puts a poll in the queue.
    ///
    /// A poll that is there already keeps its place, because make polls anew after every signal. A process
    /// that waited as a non-blocking waiter keeps its place too.
    mutating func parkPoll(of client: Int32, on file: Int32, at now: MonotonicTime) {
        let account = accounts.clients[client]
        guard !accounts.entries.isPolling(account, on: file) else { return }
        let age = account.polls.isEmpty ? accounts.newAge() : 0
        accounts.change(client) { account, entries in
            entries.add(Poll(client: client, file: file, since: now), to: &account)
            switch account.demand {
            case .none: account.demand = .poll(place: age)
            case .retry(let retry): account.demand = .poll(place: retry.place)
            case .penalty(_, let until) where age > 0: account.demand = .penalty(place: age, until: until)
            case .poll, .penalty: break
            case .reservation: preconditionFailure("client \(client) polls though a token is reserved for it")
            }
        }
    }

    mutating func forget(poll: Int32) {
        accounts.change(accounts.entries.polls[poll].client) { client, entries in
            entries.remove(poll: poll, from: &client)
            if case .poll = client.demand, client.polls.isEmpty { client.demand = .none }
        }
    }

    /// Wakes every file on which the process polls; the kernel asks again for each.
    mutating func wakePolls(of client: Int32) {
        while accounts.clients[client].polls.first >= 0 {
            let poll = accounts.clients[client].polls.first
            perform(.wake(FileID(index: accounts.entries.polls[poll].file)))
            forget(poll: poll)
        }
    }
}
