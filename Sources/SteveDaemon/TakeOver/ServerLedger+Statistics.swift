internal import Jobserver
internal import Ledger

/// How full the pool was, and how long somebody waited, as a row of the ledger.
///
/// It is written once a second while anything happens.
extension ServerLedger {
    private static let waitsStart = 64

    /// Puts it into the transaction.
    func stage(_ statistics: PoolStatistics, _ waits: Waits = Waits(), at now: MonotonicTime) {
        // A word more than nothing says that something was stored.
        statistics.forEachStored(at: now) { place, word in stageChange(word, layout.statistics, 0, 1 + place)
        }
        waits.forEachStored { place, word in
            stageChange(word, layout.statistics, 0, Self.waitsStart + place)
        }
        stageChange(1, layout.statistics, 0, 0)
    }

    /// The statistics of another server, or new ones if it had none.
    func statistics(at now: MonotonicTime) -> PoolStatistics {
        guard self[layout.statistics, 0, 0] == 1 else { return PoolStatistics(start: now) }
        return PoolStatistics(stored: { self[layout.statistics, 0, 1 + $0] }, at: now)
    }

    var waits: Waits { Waits { self[layout.statistics, 0, Self.waitsStart + $0] } }
}
