import Jobserver

/// A cargo with endless work has every token that it could get; eight newcomers come, one after the other or
/// at once.
struct Hoarding {
    let seeds: Range<UInt64>
    private let jobTime = 4.0

    func rows() -> [Row] {
        [
            row("newcomers come one by one", spread: 60...1800, reserve: nil, most: 1),
            row("newcomers overlap", spread: 60...180, reserve: nil, most: 3),
            row("newcomers overlap, --reserve 1", spread: 60...180, reserve: 1, most: nil),
            row("newcomers overlap, --reserve 8", spread: 60...180, reserve: 8, most: nil),
        ]
    }

    private func row(
        _ name: String,
        spread: ClosedRange<Double>,
        reserve: Int?,
        most: Double?
    ) -> Row {
        let jobs = 40
        var limits = Limits(jobs: 32)
        limits.reserve = reserve
        let plain = seeds.flatMap { waits(PlainServer(jobs: 32), $0, spread, jobs) }
        let ours = seeds.flatMap { waits(CoreServer(limits, AdmissionSettings(jobs: 32)), $0, spread, jobs) }
        let figure = percentile(0.99, ours) / jobTime
        return Row(
            scenario: "hoarding cargo: " + name,
            measure: "newcomer's first token, p99, in job times",
            plain: (percentile(0.99, plain) / jobTime).digits(2),
            ours: figure.digits(2),
            target: most.map { "<= \(Int($0))" } ?? "",
            isReached: most.map { figure <= $0 }
        )
    }

    private func waits<Jobs: Server>(
        _ server: Jobs,
        _ seed: UInt64,
        _ spread: ClosedRange<Double>,
        _ jobs: Int
    ) -> [Double] {
        let world = World(server, seed: seed)
        world.add(Work(habit: .poller, width: 2, jobTime: 300, hasImplicitSlot: false), build: 0, at: 0)
        world.add(Work(habit: .hoarder, jobTime: jobTime), build: 1, at: 1)
        var chance = Chance(seed: seed)
        let newcomers = (2..<10).map { build in
            let habit: Habit = [.poller, .blocker][chance.whole(0...1)]
            let work = Work(habit: habit, width: 8, jobs: jobs, jobTime: jobTime)
            return world.add(work, build: build, at: chance.uniform(spread))
        }
        world.run(until: 2400)
        return newcomers.compactMap { index in
            let process = world.processes[index]
            return process.firstWish.map { (process.firstToken ?? world.now) - $0 }
        }
    }
}
