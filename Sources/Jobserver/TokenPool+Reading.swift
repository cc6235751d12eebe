package import Vocabulary

extension TokenPool {
    /// A process reads from one of its files.
    package mutating func read(
        _ request: RequestID,
        by client: ClientID,
        through file: FileID,
        waits: Bool,
        at now: MonotonicTime
    ) -> ReadAnswer {
        happen(at: now) { pool in
            let index = client.index
            pool.endPenalty(of: index)
            if pool.accounts.clients[index].reserved == 0 {
                guard pool.mayTake(index) else {
                    return pool.keepWaiting(request, index, file.index, waits, at: now)
                }
                pool.waits.record(nanoseconds: 0)
            }
            let age = pool.accounts.newAge()
            pool.charge(index, through: file.index, at: now) { client, _ in client.spendReservation(age) }
            return .granted(to: client)
        }
    }

    private mutating func keepWaiting(
        _ request: RequestID,
        _ client: Int32,
        _ file: Int32,
        _ waits: Bool,
        at now: MonotonicTime
    ) -> ReadAnswer {
        guard waits else {
            refuse(client, through: file, at: now)
            return .wouldBlock
        }
        let read = Read(id: request, client: client, file: file, age: accounts.newAge(), since: now)
        accounts.change(client) { client, entries in
            entries.add(read, to: &client)
            client.endRetry()
            if case .retries = client.manner { client.manner = .unknown }
        }
        return .parked
    }

    /// The kernel interrupted a waiting read.
    ///
    /// True: it was waiting, and has left the queue.
    package mutating func interrupted(_ request: RequestID, at now: MonotonicTime) -> Bool {
        happen(at: now) { pool in
            guard let read = pool.accounts.entries.read(request) else { return false }
            pool.remove(read: read)
            return true
        }
    }

    /// A granted token did not reach its process: it goes back.
    ///
    /// Nothing happens for a process that has ended since: its tokens are back already.
    package mutating func undelivered(to client: ClientID, through file: FileID, at now: MonotonicTime) {
        happen(at: now) { pool in
            guard pool.accounts.clients.contains(client.index) else { return }
            switch pool.accounts.clients[client.index].balance {
            case .holding:
                pool.accounts.change(client.index) { client, entries in
                    entries.release(&client, through: file.index)
                    client.release(1)
                }
                pool.note(.reclaimed, client.index, at: now)
            case .nothing:
                pool.accounts.change(client.index) { client, _ in client.balance = .lending }
                pool.note(.unpaid, client.index, at: now)
            case .lending: return
            }
            pool.totals.reclaimed += 1
        }
    }

    /// Charges a token before its reply goes out: no process can die in between with an unaccounted one.
    ///
    /// `change` says what else changes for the process that got it.
    mutating func charge(
        _ client: Int32,
        through file: Int32,
        at now: MonotonicTime,
        _ change: (inout Client, inout Entries) -> Void
    ) {
        totals.granted += 1
        accounts.noteTurn(of: accounts.clients[client].build, accounts.newAge())
        let endsLoan = accounts.change(client) { account, entries in
            change(&account, &entries)
            guard !account.charge(at: now) else { return true }
            entries.take(client, &account, through: file)
            return false
        }
        note(endsLoan ? .repaid : .granted, client, at: now)
    }

    mutating func remove(read index: Int32) {
        accounts.change(accounts.entries.reads[index].client) { client, entries in
            entries.remove(read: index, from: &client)
        }
    }

    mutating func abandon(read index: Int32) {
        perform(.abandon(accounts.entries.reads[index].id))
        remove(read: index)
    }

    /// A file is closed with reads waiting only when the kernel released it without an interrupt: rare.
    mutating func abandonReads(on file: Int32) {
        guard accounts.entries.files[file].reads > 0 else { return }
        for index in accounts.entries.reads.indices where accounts.entries.reads[index].file == file {
            abandon(read: index)
        }
    }
}
