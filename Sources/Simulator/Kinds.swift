import Jobserver

/// Pollers beside blocking readers beside those who never wait, all of them always hungry.
struct Kinds {
    let seeds: Range<UInt64>

    func rows() -> [Row] {
        let plain = shares { PlainServer(jobs: 32) }
        let ours = shares { CoreServer(Limits(jobs: 32), AdmissionSettings(jobs: 32)) }
        let worst = ours.map { abs($0 - 1) }.max() ?? 1
        return [
            Row(
                scenario: "pollers, blockers, never-waiters",
                measure: "share of each kind, equal is 1",
                plain: plain.map { $0.digits(2) }.joined(separator: " "),
                ours: ours.map { $0.digits(2) }.joined(separator: " "),
                target: "0.90 to 1.10",
                isReached: worst <= 0.1
            )
        ]
    }

    private func shares<Jobs: Server>(_ server: () -> Jobs) -> [Double] {
        var sums = [0.0, 0.0, 0.0]
        for seed in seeds {
            let world = World(server(), seed: seed)
            var chance = Chance(seed: seed)
            for build in 0..<12 {
                let habit: Habit = [.poller, .blocker, .retrier][build % 3]
                world.add(Work(habit: habit), build: build, at: chance.uniform(0...10))
            }
            world.measures.start = 300
            world.run(until: 2100)
            for (index, process) in world.processes.enumerated() { sums[index % 3] += process.tokenSeconds }
        }
        let mean = sums.reduce(0, +) / 3
        return sums.map { $0 / mean }
    }
}
