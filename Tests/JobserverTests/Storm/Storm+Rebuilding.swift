@testable import Jobserver

/// Now and then the pool is thrown away, and another is built from the stored records.
extension Storm {
    func store() {
        while let change = pool.nextChange() { records.apply(change) }
        records.counters = pool.counters
    }

    /// Replaces the pool by one that is built from the records, and checks that it goes on as foretold.
    func rebuild() {
        note("rebuild")
        let before = (pool.held, pool.lent, pool.totals, Set(pool.holdings.map { "\($0)" }))
        var rebuilt = TokenPool(limits: pool.limits, events: pool.events, records: records, at: now)
        let after = (rebuilt.held, rebuilt.lent, rebuilt.totals, Set(rebuilt.holdings.map { "\($0)" }))
        if before != after { fail("the rebuilt pool has \(after), not \(before)") }
        naive.forget()
        naive.dispatch(at: now)
        rebuilt.admit(naive.admitted, at: now)
        pool = rebuilt
        obey()
        check()
        store()
    }
}

extension NaivePool {
    /// Forgets what is not stored: polls, reservations, retries, penalties and newcomers.
    fileprivate mutating func forget() {
        pollers = []
        newcomers = []
        for process in processes.values {
            var rest = Process(client: process.client, build: process.build)
            rest.isLender = process.isLender
            processes[process.client] = rest
        }
        // Finds those who wait for their own slot, in the order of their reads.
        for reader in readers { change(reader.client) { _ in } }
        note()
    }
}
