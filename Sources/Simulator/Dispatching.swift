import Jobserver

/// emerge with many packages at a time, then with the last one alone.
struct Dispatching {
    let seeds: Range<UInt64>
    private let jobTime = 4.0

    private struct Outcome {
        var share = 0.0
        var wait = 0.0
        var mostOut = 0
    }

    func rows() -> [Row] {
        let plain = worst { PlainServer(jobs: 32) }
        let ours = worst { CoreServer(Limits(jobs: 32), AdmissionSettings(jobs: 32)) }
        return [
            Row(
                scenario: "emerge with 24 packages, then one",
                measure: "the last package's share of the pool",
                plain: plain.share.digits(3),
                ours: ours.share.digits(3),
                target: "1",
                isReached: ours.share >= 1
            ),
            Row(
                scenario: "emerge with 24 packages, then one",
                measure: "until it has that, in job times",
                plain: (plain.wait / jobTime).digits(2),
                ours: (ours.wait / jobTime).digits(2),
                target: "<= 2",
                isReached: ours.wait <= 2 * jobTime
            ),
        ]
    }

    private func worst<Jobs: Server>(_ server: () -> Jobs) -> Outcome {
        var worst = Outcome(share: 1)
        for seed in seeds {
            let outcome = run(server(), seed)
            worst.share = min(worst.share, outcome.share)
            worst.wait = max(worst.wait, outcome.wait)
        }
        return worst
    }

    /// Its last package is the longest by far; before it 24 run eight at a time.
    private func run<Jobs: Server>(_ server: Jobs, _ seed: UInt64) -> Outcome {
        let world = World(server, seed: seed)
        let package = Work(habit: .poller, jobs: 40, jobTime: jobTime, hasImplicitSlot: true)
        var last = package
        last.jobs = 4_000
        let emerge = Work(
            habit: .poller,
            width: 8,
            jobs: 25,
            packages: Array(repeating: package, count: 24) + [last]
        )
        world.add(emerge, build: 0, at: 1)
        var outcome = Outcome()
        var alone: Double?
        var time = 1.0
        while time < 3600 {
            time += 0.25
            world.run(until: time)
            let packages = world.processes.dropFirst()
            guard packages.count == 25, packages.dropLast().allSatisfy({ $0.done != nil }) else { continue }
            guard packages.last?.done == nil else { break }
            alone = alone ?? time
            // What emerge holds it holds for its only package.
            let tokens = world.processes.reduce(0) { $0 + $1.tokens }
            let share = Double(tokens) / 32
            if share > outcome.share { (outcome.share, outcome.wait) = (share, time - (alone ?? time)) }
            if share >= 1 { break }
        }
        return outcome
    }
}
