import Vocabulary
import Testing

@testable import Jobserver

@Suite struct PoolStatisticsTests {
    private func second(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: 100_000_000_000 + seconds * 1_000_000_000)
    }

    @Test func anIdlePoolHasNothingToTell() {
        let summary = PoolStatistics(start: second(0)).summary(at: second(10))
        #expect(summary == PoolSummary(peak: 0, mean: 0, shareAtLimit: 0, heldBackSeconds: [:]))
    }

    @Test func meanAndSharesAreWeighedByTime() {
        var statistics = PoolStatistics(start: second(0))
        statistics.changed(to: .init(out: 4, isAtLimit: true, holdback: .jobs), at: second(2))
        statistics.changed(to: .init(out: 2, isAtLimit: false, holdback: .load), at: second(5))
        statistics.changed(to: .init(out: 1, isAtLimit: false, holdback: nil), at: second(6))
        let summary = statistics.summary(at: second(10))
        #expect(summary.peak == 4)
        #expect(summary.mean == 1.8)
        #expect(summary.shareAtLimit == 0.3)
        #expect(summary.heldBackSeconds == [.jobs: 3, .load: 1])
    }

    /// The time between the last booking and the takeover counts for nothing.
    @Test func whatWasStoredGoesOn() {
        var statistics = PoolStatistics(start: second(0))
        statistics.changed(to: .init(out: 4, isAtLimit: true, holdback: .jobs), at: second(2))
        statistics.changed(to: .init(out: 2, isAtLimit: false, holdback: .load), at: second(5))
        var words = [UInt64](repeating: 0, count: PoolStatistics.storedWords)
        statistics.forEachStored(at: second(6)) { words[$0] = $1 }
        var next = PoolStatistics(stored: { words[$0] }, at: second(100))
        next.changed(to: .init(out: 1, isAtLimit: false, holdback: nil), at: second(100))
        let summary = next.summary(at: second(104))
        #expect(summary.peak == 4)
        #expect(summary.mean == 1.8)
        #expect(summary.shareAtLimit == 0.3)
        #expect(summary.heldBackSeconds == [.jobs: 3, .load: 1])
    }

    @Test func askingChangesNothing() {
        var statistics = PoolStatistics(start: second(0))
        statistics.changed(to: .init(out: 3, isAtLimit: false, holdback: nil), at: second(0))
        #expect(statistics.summary(at: second(0)).mean == 3)
        #expect(statistics.summary(at: second(5)).mean == 3)
        #expect(statistics.summary(at: second(5)) == statistics.summary(at: second(5)))
    }

    @Test func aClockThatGoesBackIsNotCounted() {
        var statistics = PoolStatistics(start: second(0))
        statistics.changed(to: .init(out: 1, isAtLimit: true, holdback: nil), at: second(4))
        statistics.changed(to: .init(out: 2, isAtLimit: true, holdback: nil), at: second(3))
        #expect(statistics.summary(at: second(2)).shareAtLimit == 0)
    }

    @Test func aPoolSaysWhatKeepsItsWaiters() {
        let scene = Scene(jobs: 2)
        let (holder, waiter) = (scene.party(), scene.party())
        scene.take(1, holder)
        #expect(scene.pool.state(gate: .load) == .init(out: 1, isAtLimit: false, holdback: nil))
        scene.pool.admit(1, at: scene.now)
        scene.read(waiter)
        #expect(scene.pool.state(gate: .load) == .init(out: 1, isAtLimit: false, holdback: .load))
        scene.pool.admit(.max, at: scene.now)
        #expect(scene.pool.state(gate: .load) == .init(out: 2, isAtLimit: true, holdback: nil))
        scene.read(waiter)
        #expect(scene.pool.state(gate: .load) == .init(out: 2, isAtLimit: true, holdback: .jobs))
    }

    private let openGate = GateState(rule: .jobs, isHolding: false, measure: "limit 4")

    @Test(arguments: ["read", "poll", "try"])
    func whoWaitsForAReservedTokenIsToldOfTheReserve(how: String) {
        let scene = Scene(jobs: 4, reserve: 1)
        let (cargo, make) = (scene.party(), scene.party())
        scene.take(1, make)
        scene.take(2, cargo)
        #expect(scene.pool.state(behind: openGate) == openGate, "nobody waits")
        switch how {
        case "read": scene.read(cargo)
        case "poll": scene.poll(cargo)
        default: scene.tryRead(cargo)
        }
        #expect(scene.pool.state(gate: .jobs).holdback == .reserve)
        let state = scene.pool.state(behind: openGate)
        #expect(state.description == "held back by reserve: 1 of 4 kept for builds that hold none")
        scene.admit(1)
        let shut = GateState(rule: .load, isHolding: true, measure: "load 9.00, limit 4.00")
        #expect(scene.pool.state(behind: shut) == shut)
    }

    @Test func aGateThatIsNotAskedIsOpen() {
        let scene = Scene(jobs: 4) { $0.minJobs = 2 }
        let make = scene.party()
        scene.admit(0)
        let shut = GateState(rule: .load, isHolding: true, measure: "load 9.00, limit 4.00")
        scene.take(1, make)
        #expect(!scene.pool.state(behind: shut).isHolding)
        scene.take(1, make)
        #expect(scene.pool.state(behind: shut) == shut)
    }

    @Test func whoHasAFullShareIsToldOfIt() {
        let scene = Scene(jobs: 4) {
            $0.perProcess = 3; $0.perBuild = 2
        }
        let (cargo, make) = (scene.party(), scene.party())
        scene.take(2, cargo)
        scene.read(cargo)
        let state = scene.pool.state(behind: openGate)
        #expect(state.description == "held back by share: at most 3 a process, at most 2 a build")
        scene.take(2, make)
        #expect(scene.pool.state(gate: .load).holdback == .jobs)
    }
}
