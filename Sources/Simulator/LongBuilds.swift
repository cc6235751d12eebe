import Jobserver

/// Two builds that always want more: no token may lie idle for a newcomer that does not come.
struct LongBuilds {
    let seeds: Range<UInt64>

    func rows() -> [Row] {
        [4, 32].map { jobs in
            let plain = busy(jobs) { PlainServer(jobs: jobs) }
            let ours = busy(jobs) { CoreServer(Limits(jobs: jobs), AdmissionSettings(jobs: jobs)) }
            return Row(
                scenario: "two long builds, \(jobs) tokens",
                measure: "tokens busy while both want more",
                plain: plain.digits(3),
                ours: ours.digits(3),
                target: ">= 0.995",
                isReached: ours >= 0.995
            )
        }
    }

    private func busy<Jobs: Server>(_ jobs: Int, _ server: () -> Jobs) -> Double {
        var sum = 0.0
        for seed in seeds {
            let world = World(server(), seed: seed)
            for build in 0..<2 { world.add(Work(habit: .poller), build: build, at: Double(build)) }
            world.measures.start = 1
            world.run(until: 3600)
            sum += world.measures.busyWhileWaited / world.measures.waitedSeconds / Double(jobs)
        }
        return sum / Double(seeds.count)
    }
}

/// A shell that has the device open and does nothing, beside a build.
struct Opener {
    let seeds: Range<UInt64>

    func rows() -> [Row] {
        [2, 32].map { jobs in
            let plain = time { PlainServer(jobs: jobs) }
            let ours = time { CoreServer(Limits(jobs: jobs), AdmissionSettings(jobs: jobs)) }
            return Row(
                scenario: "idle opener beside a build, \(jobs) tokens",
                measure: "its time, alone 1",
                plain: plain.digits(3),
                ours: ours.digits(3),
                target: "<= 1.01",
                isReached: ours <= 1.01
            )
        }
    }

    private func time<Jobs: Server>(_ server: () -> Jobs) -> Double {
        let times = [false, true].map { hasOpener in
            seeds.reduce(0) { sum, seed in
                let world = World(server(), seed: seed)
                let build = world.add(Work(habit: .poller, jobs: 400), build: 0, at: 1)
                if hasOpener { world.add(Work(habit: .blocker, jobs: 0), build: 1, at: 0) }
                world.run(until: 3600)
                return sum + (world.processes[build].done ?? 3600)
            }
        }
        return times[1] / times[0]
    }
}
