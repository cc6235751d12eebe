import Vocabulary
import Glibc
import Jobserver
import Linux
import TestKit
import Testing

@testable import Ledger
@testable import SteveDaemon

/// A server may be killed at any store: the next one finds the pool as it was before or after the event,
/// never in between.
@Suite struct PoolInLedgerTests {
    /// A pool to which random events happen.
    private struct Life: ~Copyable {
        var pool: TokenPool
        private var random: SeededGenerator
        private var clients: [(client: ClientID, file: FileID)] = []
        private var lastRequest: UInt64 = 1 << 32
        private var now = MonotonicTime(nanoseconds: 0)

        init(seed: UInt64, _ events: EventRing) {
            pool = TokenPool(limits: Limits(jobs: 3), events: events)
            random = SeededGenerator(seed: seed)
        }

        mutating func event() {
            now = now + 1_000_000
            guard let (client, file) = clients.randomElement(using: &random) else { return enter() }
            switch Int.random(in: 0..<10, using: &random) {
            case 0 where clients.count < 8: enter()
            case 1:
                clients.removeAll { $0.client == client }
                pool.died(client, at: now)
                _ = pool.closed(file, at: now)
            case 2, 3, 4: _ = pool.wrote(1, by: client, through: file, at: now)
            case 5:
                _ = pool.interrupted(
                    RequestID(UInt64.random(in: 1 << 32...lastRequest, using: &random)),
                    at: now
                )
            default:
                lastRequest += 1
                let waits = Bool.random(using: &random)
                _ = pool.read(RequestID(lastRequest), by: client, through: file, waits: waits, at: now)
            }
            while pool.nextEffect() != nil {}
        }

        private mutating func enter() {
            let client = pool.connect(in: pool.begin(buildOfWeight: 2))
            clients.append((client, pool.opened(by: client)))
        }
    }

    @Test(arguments: 1...10)
    func cutAtEveryPrefixItIsThePoolBeforeOrAfter(seed: UInt64) throws {
        let ledger = try ServerLedger()
        let ring = EventRing(capacity: 32, in: ledger, goingOnFrom: ledger.span)
        var life = Life(seed: seed, ring)
        for event in 0..<150 {
            let (before, told) = (ledger.poolRecords, ledger.span)
            life.event()
            ledger.stage(&life.pool)
            #expect(ledger.poolRecords == before, "seed \(seed), event \(event): nothing is declared")
            #expect(ledger.span == told)
            let places = (0..<ledger.staged).map { Int(ledger[place: ledger.layout.redo.start + 2 * $0]) }
            let old = places.map { ledger[place: $0] }
            var after: PoolRecords?
            for cut in 0...ledger.staged {
                for (place, value) in zip(places, old) { ledger[place: place] = value }
                ledger.declare()
                for entry in 0..<cut { ledger.apply(entry) }
                let next = try ServerLedger(Descriptor(owning: fcntl(ledger.memory.raw, F_DUPFD_CLOEXEC, 0)))
                next.recover()
                #expect(after == nil || next.poolRecords == after, "seed \(seed), event \(event), cut \(cut)")
                after = next.poolRecords
                #expect(next.span == ring.span, "seed \(seed), event \(event), cut \(cut)")
            }
            ledger.finish()
            let later = MonotonicTime(nanoseconds: 1 << 40)
            var rebuilt = TokenPool(limits: life.pool.limits, records: try #require(after), at: later)
            #expect(rebuilt.totals == life.pool.totals)
            #expect(Set(rebuilt.holdings.map { "\($0)" }) == Set(life.pool.holdings.map { "\($0)" }))
            #expect(Set(rebuilt.waitingReads) == Set(life.pool.waitingReads))
            rebuilt.admit(.max, at: MonotonicTime(nanoseconds: 0))
            #expect(rebuilt.violation == nil, "seed \(seed), event \(event)")
        }
    }
}
