@testable import Jobserver

/// The pool dies now and then, and is rebuilt from what it had stored.
extension Storm {
    func store() {
        while let change = pool.nextChange() { records.apply(change) }
        records.counters = pool.counters
    }

    /// A new pool takes the old one's place, and goes on as is foretold.
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
    /// Only what processes hold and lend, and the reads that wait, are not forgotten.
    fileprivate mutating func forget() {
        pollers = []
        newcomers = []
        for process in processes.values {
            var rest = Process(client: process.client, build: process.build)
            rest.isLender = process.isLender
            processes[process.client] = rest
        }
        // Those who wait for their own slot, in the order of their reads.
        for reader in readers { change(reader.client) { _ in } }
        note()
    }
}
