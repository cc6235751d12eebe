import Jobserver

/// A load limit on a machine where other work comes and goes.
struct ForeignLoad {
    let seeds: Range<UInt64>

    private struct Outcome {
        var mean = 0.0
        var highest = 0.0
        var useful = 0.0
    }

    func rows() -> [Row] {
        [32, 64].flatMap { jobs in
            var settings = AdmissionSettings(jobs: jobs)
            settings.maxLoad = 32
            let plain = average { PlainServer(jobs: jobs, maxLoad: 32) }
            let ours = average { CoreServer(Limits(jobs: jobs), settings) }
            let name = "load limit 32, --jobs \(jobs), foreign load"
            return [
                Row(
                    scenario: name,
                    measure: "mean load",
                    plain: plain.mean.digits(1),
                    ours: ours.mean.digits(1),
                    target: "30.4 to 32.0",
                    isReached: (30.4...32).contains(ours.mean)
                ),
                Row(
                    scenario: name,
                    measure: "highest load",
                    plain: plain.highest.digits(1),
                    ours: ours.highest.digits(1),
                    target: "<= 36.8",
                    isReached: ours.highest <= 36.8
                ),
                Row(
                    scenario: name,
                    measure: "CPU time for jobs, plain rule 1",
                    plain: "1.00",
                    ours: (ours.useful / plain.useful).digits(2),
                    target: ">= 1.15",
                    isReached: ours.useful >= 1.15 * plain.useful
                ),
            ]
        }
    }

    private func average<Jobs: Server>(_ server: () -> Jobs) -> Outcome {
        var sum = Outcome()
        for seed in seeds {
            let world = World(server(), seed: seed)
            world.machine.cpus = 32
            for build in 0..<6 { world.add(Work(habit: .poller), build: build, at: Double(build)) }
            var isOn = false
            world.foreignLoad = { chance in
                isOn.toggle()
                return (isOn ? chance.whole(6...24) : 0, chance.uniform(40...180))
            }
            world.measures.start = 600
            world.run(until: 4200)
            sum.mean += world.measures.meanLoad / Double(seeds.count)
            sum.highest = max(sum.highest, world.measures.maxLoad)
            sum.useful += world.measures.usefulSeconds
        }
        return sum
    }
}
