internal import Vocabulary
internal import Fuse
internal import Jobserver
internal import Ledger
internal import Linux
internal import Wire

/// A device server that continues with what another one had promised.
extension DeviceServer {
    /// Stores what the next server has to know.
    func store() { registry.ledger.stage(&pool) }

    func book() { session?.settle() }

    /// Goes on with what the former server had promised.
    func takeOver(_ settings: Settings) {
        let dead = restore(settings)
        resume(without: dead, at: .now)
    }

    /// Restores what the former server knew: processes, files and waiting reads.
    ///
    /// - Returns: the accounts of processes that have ended since.
    private func restore(_ settings: Settings) -> [Account] {
        let ledger = registry.ledger
        let records = ledger.poolRecords
        var (limits, events) = (Limits(settings), registry.history.events)
        // The former server was told to end, and lets clients finish.
        isClosing = ledger[.drainingUntil] != 0
        if isClosing { limits.minJobs = 0 }
        pool = TokenPool(limits: limits, events: events, records: records, at: .now)
        pool.goOn(counting: ledger.waits)
        statistics = ledger.statistics(at: .now)
        let dead = registry.restore(records)
        for row in records.files.keys { restore(FileID(index: row), records) }
        return dead
    }

    private func restore(_ file: FileID, _ records: PoolRecords) {
        let ledger = registry.ledger
        switch ledger.kind(of: file) {
        case .opened:
            while handles.count <= Int(file.index) { handles.append(nil) }
            handles[Int(file.index)] = OpenHandle(
                file: file,
                user: ledger.user(of: file),
                anonymous: account(of: file, records)
            )
            openHandles += 1
        case .slot:
            guard let process = ledger.client(of: file).flatMap({ registry[$0] }) else { break }
            process.slot = WrapperSlot(isWaiting: false, since: .now, file: file)
        case .waitingSlot, .none: break
        }
    }

    private func account(of file: FileID, _ records: PoolRecords) -> Account? {
        guard let client = registry.ledger.client(of: file), let record = records.clients[client.index] else {
            return nil
        }
        return Account(client.index, record)
    }

    /// Gives the promised answers again, takes back the tokens of dead processes, and decides what was left
    /// undecided.
    private func resume(without dead: [Account], at now: MonotonicTime) {
        session?.resume(files: handles.lazy.compactMap { $0?.file })
        for account in dead {
            pool.died(account.client, at: now)
            registry.ledger.forget(account.client)
            leave(account.build)
        }
        // Their wrappers are not connected any more, and ask again.
        let slots = Set(registry.all.compactMap(\.slot?.file))
        for file in pool.files where !isOpen(file) && !slots.contains(file) {
            registry.ledger.forget(file)
            leave(pool.closed(file, at: now))
        }
        pool.admit(isClosing ? 0 : gate.sample(out: pool.load, holders: holders, at: now), at: now)
        settle(at: now)
        session?.resumeRequest()
    }

    private func isOpen(_ file: FileID) -> Bool {
        handles.indices.contains(Int(file.index)) && handles[Int(file.index)] != nil
    }
}
