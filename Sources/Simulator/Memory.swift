import Jobserver

/// Compilers that grow to two gigabytes in ten seconds, on a machine of sixteen.
struct Memory {
    let seeds: Range<UInt64>
    private static let gigabyte = 1e9

    private struct Outcome {
        var kills = 0
        var completed = 0
    }

    func rows() -> [Row] {
        let floor = 1 << 29
        var settings = AdmissionSettings(jobs: 32)
        settings.minMemoryBytes = floor
        settings.memoryTotalBytes = Int(16 * Self.gigabyte)
        let plain = sum { PlainServer(jobs: 32, minMemoryBytes: floor) }
        let ours = sum { CoreServer(Limits(jobs: 32), settings) }
        let oracle = sum { PlainServer(jobs: 32, foresees: true) }
        let ratio = Double(ours.completed) / Double(oracle.completed)
        return [
            Row(
                scenario: "memory, \(seeds.count) seeds",
                measure: "OOM kills",
                plain: "\(plain.kills)",
                ours: "\(ours.kills)",
                target: "0",
                isReached: ours.kills == 0
            ),
            Row(
                scenario: "memory, \(seeds.count) seeds",
                measure: "jobs done, an oracle's 1",
                plain: (Double(plain.completed) / Double(oracle.completed)).digits(2),
                ours: ratio.digits(2),
                target: ">= 0.85",
                isReached: ratio >= 0.85
            ),
        ]
    }

    private func sum<Jobs: Server>(_ server: () -> Jobs) -> Outcome {
        var sum = Outcome()
        for seed in seeds {
            let world = World(server(), seed: seed)
            world.machine.memoryBytes = 16 * Self.gigabyte
            world.machine.baseBytes = Self.gigabyte
            for build in 0..<4 {
                let work = Work(
                    habit: build % 2 == 0 ? .poller : .blocker,
                    jobTime: 20,
                    hasImplicitSlot: false,
                    peakBytes: 1.6 * Self.gigabyte...2.2 * Self.gigabyte
                )
                world.add(work, build: build, at: Double(build))
            }
            world.run(until: 900)
            sum.kills += world.measures.kills
            sum.completed += world.measures.completed
        }
        return sum
    }
}
