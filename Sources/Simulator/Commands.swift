import Jobserver

/// Jobs of a hundred commands of very different sizes, and a daemon that is started anew four times.
struct Commands {
    let seeds: Range<UInt64>
    private static let gigabyte = 1e9
    private static let runs = 5
    private static let seconds = 600.0

    private struct Outcome {
        var kills = 0
        var completed = 0
        /// In the first minutes after the restarts.
        var early = 0
    }

    func rows() -> [Row] {
        let plain = sum { _ in PlainServer(jobs: 32, minMemoryBytes: Self.floor) }
        let ours = sum { before in CoreServer(Limits(jobs: 32), Self.settings, knowing: before?.sizes) }
        let oracle = sum { _ in PlainServer(jobs: 32, foresees: true) }
        let scenario = "100 commands, 4 restarts, \(seeds.count) seeds"
        func row(_ measure: String, _ part: (Outcome) -> Int, atLeast least: Double) -> Row {
            let ratio = Double(part(ours)) / Double(part(oracle))
            return Row(
                scenario: scenario,
                measure: measure,
                plain: (Double(part(plain)) / Double(part(oracle))).digits(2),
                ours: ratio.digits(2),
                target: ">= \(least.digits(2))",
                isReached: ratio >= least
            )
        }
        return [
            Row(
                scenario: scenario,
                measure: "OOM kills",
                plain: "\(plain.kills)",
                ours: "\(ours.kills)",
                target: "0",
                isReached: ours.kills == 0
            ),
            row("jobs done, an oracle's 1", \.completed, atLeast: 0.86),
            row("the same in the minute after a restart", \.early, atLeast: 0.9),
        ]
    }

    /// The floor is what `--min-memory-avail auto` makes of this machine.
    private static let floor = Int(16 * gigabyte * 0.04)
    private static var settings: AdmissionSettings {
        var settings = AdmissionSettings(jobs: 32)
        settings.minMemoryBytes = floor
        settings.memoryTotalBytes = Int(16 * gigabyte)
        return settings
    }

    private func sum<Jobs: Server>(_ server: (Jobs?) -> Jobs) -> Outcome {
        var sum = Outcome()
        for seed in seeds {
            var before: Jobs?
            for run in 0..<Self.runs {
                let world = world(server(before), seed &* 64 &+ UInt64(run))
                world.run(until: 60)
                if run > 0 { sum.early += world.measures.completed }
                world.run(until: Self.seconds)
                sum.kills += world.measures.kills
                sum.completed += world.measures.completed
                before = world.server
            }
        }
        return sum
    }

    /// From 50 MB to 1.5 GB, each 3.5 % larger than the one before: half a gigabyte for each token is too
    /// little for all of them, and enough on the average.
    private func world<Jobs: Server>(_ server: Jobs, _ seed: UInt64) -> World<Jobs> {
        let world = World(server, seed: seed)
        world.machine.memoryBytes = 16 * Self.gigabyte
        world.machine.baseBytes = Self.gigabyte
        var size = 0.05 * Self.gigabyte
        let commands = (0..<100).map { number in
            size *= 1.0346
            return Work.Command(name: "tool \(number)", peakBytes: size * 0.85...size * 1.15)
        }
        for build in 0..<4 {
            let work = Work(
                habit: build % 2 == 0 ? .poller : .blocker,
                jobTime: 20,
                hasImplicitSlot: false,
                commands: commands
            )
            world.add(work, build: build, at: Double(build))
        }
        return world
    }
}
