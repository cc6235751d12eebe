internal import Vocabulary
import Jobserver

/// How long a decision takes with ten thousand clients, on the machine at hand.
struct DecisionTime {
    func rows() -> [Row] {
        let few = times(clients: 100, jobs: 41)
        let many = times(clients: 10_000, jobs: 4096)
        let growth = percentile(0.5, many) / percentile(0.5, few)
        // log 10,000 is twice log 100.
        return [
            Row(
                scenario: "10,000 clients, 4,096 tokens",
                measure: "decision time p99, microseconds",
                plain: "-",
                ours: percentile(0.99, many).digits(2),
                target: "< 5",
                isReached: percentile(0.99, many) < 5
            ),
            Row(
                scenario: "10,000 clients, 4,096 tokens",
                measure: "median, 100 clients 1",
                plain: "-",
                ours: growth.digits(2),
                target: "<= 2 (log n)",
                isReached: growth <= 2
            ),
        ]
    }

    /// Microseconds of each write, with the grant that it causes, while everybody else waits.
    private func times(clients: Int, jobs: Int) -> [Double] {
        var pool = TokenPool(limits: Limits(jobs: jobs))
        let now = MonotonicTime(nanoseconds: 0)
        let parties = (0..<clients).map { _ in
            let client = pool.connect(in: pool.begin())
            return (client, pool.opened(by: client))
        }
        var request: UInt64 = 0
        var holders: [Int] = []
        for (index, party) in parties.enumerated() {
            request += 1
            let answer = pool.read(RequestID(request), by: party.0, through: party.1, waits: true, at: now)
            if answer.isGranted { holders.append(index) }
        }
        let numbers = Dictionary(uniqueKeysWithValues: parties.enumerated().map { ($1.0, $0) })
        let clock = ContinuousClock()
        return (0..<100_000).map { round in
            let (client, file) = parties[holders[round % holders.count]]
            var next = holders[round % holders.count]
            request += 1
            let time = clock.measure {
                _ = pool.wrote(1, by: client, through: file, at: now)
                while let effect = pool.nextEffect() {
                    if case .grant(_, let winner, _) = effect { next = numbers[winner] ?? next }
                }
            }
            _ = pool.read(RequestID(request), by: client, through: file, waits: true, at: now)
            holders[round % holders.count] = next
            return Double(time.components.attoseconds) / 1e12
        }
    }
}
