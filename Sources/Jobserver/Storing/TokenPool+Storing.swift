package import Vocabulary

extension TokenPool {
    /// The next record that has changed since it was named here last, as it is now; nil when there is none.
    package mutating func nextChange() -> PoolChange? { accounts.nextChange() }

    /// What only grows.
    package var counters: StoredCounters {
        mutating get {
            var counters = accounts.counters()
            counters.totals = totals
            return counters
        }
    }

    /// The pool that these records are of.
    ///
    /// No more than `minJobs` are let out before its owner has said how many may be.
    package init(
        limits: Limits,
        events: EventRing = EventRing(capacity: 1),
        records: PoolRecords,
        at now: MonotonicTime
    ) {
        self.init(limits: limits, events: events)
        accounts = Accounts(limits: limits, records: records, at: now)
        totals = records.counters.totals
        admitted = 0
    }

    /// Every open file.
    package var files: [FileID] { accounts.entries.files.indices.map { FileID(index: $0) } }
}
