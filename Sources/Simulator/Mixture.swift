import Jobserver

/// Twenty-four builds of all kinds for an hour.
struct Mixture {
    let seeds: Range<UInt64>

    private struct Outcome {
        var jain = 0.0
        var busy = 0.0
    }

    func rows() -> [Row] {
        let plain = mean { run(PlainServer(jobs: 32), $0) }
        let ours = mean { run(core(reserve: nil), $0) }
        let unreserved = mean { run(core(reserve: 0), $0) }
        return [
            Row(
                scenario: "24 mixed builds, 1 h",
                measure: "Jain's index of the always-hungry",
                plain: plain.jain.digits(3),
                ours: ours.jain.digits(3),
                target: ">= 0.990",
                isReached: ours.jain >= 0.99
            ),
            Row(
                scenario: "24 mixed builds, 1 h",
                measure: "tokens busy while anyone waits",
                plain: plain.busy.digits(3),
                ours: ours.busy.digits(3),
                target: ">= 0.980",
                isReached: ours.busy >= 0.98
            ),
            Row(
                scenario: "24 mixed builds, 1 h, --reserve 0",
                measure: "tokens busy while anyone waits",
                plain: plain.busy.digits(3),
                ours: unreserved.busy.digits(3),
                target: ">= 0.980"
            ),
        ]
    }

    private func core(reserve: Int?) -> CoreServer {
        var limits = Limits(jobs: 32)
        limits.reserve = reserve
        return CoreServer(limits, AdmissionSettings(jobs: 32))
    }

    private func mean(_ run: (UInt64) -> Outcome) -> Outcome {
        let all = seeds.map(run)
        return Outcome(
            jain: all.reduce(0) { $0 + $1.jain } / Double(all.count),
            busy: all.reduce(0) { $0 + $1.busy } / Double(all.count)
        )
    }

    private func run<Jobs: Server>(_ server: Jobs, _ seed: UInt64) -> Outcome {
        let world = World(server, seed: seed)
        var chance = Chance(seed: seed)
        var build = 0
        func add(_ count: Int, _ work: Work, processes: Int = 1) {
            for _ in 0..<count {
                for _ in 0..<processes { world.add(work, build: build, at: chance.uniform(0...60)) }
                build += 1
            }
        }
        // Always hungry: a make, a recursive make, pytest or rustc, ninja 1.13.
        add(6, Work(habit: .poller))
        add(2, Work(habit: .poller, width: 16), processes: 4)
        add(4, Work(habit: .blocker))
        add(4, Work(habit: .retrier))
        let hungry = build
        // Now and then: cargo with its waves of crates, GCC's LTO, emerge.
        add(4, Work(habit: .hoarder, wave: 1...40))
        add(2, Work(habit: .retrier, jobTime: 1, wave: 16...64, pause: 60))
        add(2, Work(habit: .poller, width: 3, jobTime: 120, hasImplicitSlot: false))
        world.measures.start = 300
        world.run(until: 3900)
        let shares = (0..<hungry).map { build in
            world.processes.reduce(0) { $0 + ($1.build == build ? $1.tokenSeconds : 0) }
        }
        let measures = world.measures
        return Outcome(jain: jain(shares), busy: measures.busyWhileWaited / measures.waitedSeconds / 32)
    }
}
