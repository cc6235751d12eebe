import TestKit

@testable import Jobserver

/// A random life of a pool, checked at every step; the same seed repeats it.
final class Storm {
    let shape: StormShape
    let seed: UInt64
    var generator: SeededGenerator
    var pool: TokenPool
    var naive: NaivePool
    /// Every process, once for each file that it has open.
    var alive: [Party] = []
    var now = MonotonicTime(nanoseconds: 0)
    var builds: [BuildID] = []
    var lastRequest: UInt64 = 0
    var log: [String] = []
    /// What the pool has stored; every `stepsToRebuilding` steps another pool is built from it.
    var records = PoolRecords()
    var stepsToRebuilding = Int.max
    /// The first fault that was found.
    var fault: String?

    init(_ shape: StormShape, seed: UInt64) {
        self.shape = shape
        self.seed = seed
        generator = SeededGenerator(seed: seed)
        var limits = Limits(jobs: shape.jobs)
        limits.reserve = [nil, 0, 1][Int.random(in: 0..<3, using: &generator)]
        limits.givingNanoseconds = 50_000_000
        limits.restNanoseconds = 900_000_000
        pool = TokenPool(limits: limits, events: EventRing(capacity: 1 << 16))
        naive = NaivePool(limits: limits)
        for _ in 0..<shape.builds {
            let weight: Double = [0.5, 1, 2][Int.random(in: 0..<3, using: &generator)]
            let dispatcher = shape.dispatches ? builds.first : nil
            let isDispatcher = shape.dispatches && builds.isEmpty
            let build =
                isDispatcher
                ? pool.beginDispatcher() : pool.begin(buildOfWeight: weight, dispatchedBy: dispatcher)
            builds.append(build)
            naive.weights[build] = isDispatcher ? 1 : weight
            if isDispatcher { naive.isDispatcher.insert(build) }
            naive.dispatchers[build] = dispatcher
        }
    }

    /// Runs so many steps; returns nil, or the fault and the steps that led to it.
    func run(steps: Int) -> String? {
        for step in 0..<steps {
            act()
            obey()
            check()
            store()
            if step % stepsToRebuilding == stepsToRebuilding - 1 { rebuild() }
            guard let fault else { continue }
            return "\(shape.name), seed \(seed), step \(step): \(fault)\n"
                + log.suffix(30).joined(separator: "\n")
        }
        checkHistory()
        return fault.map { "\(shape.name), seed \(seed): \($0)" }
    }

    func note(_ line: String) {
        log.append("\(now.nanoseconds / 1_000_000) ms  \(line)")
        if log.count > 300 { log.removeFirst(200) }
    }

    func fail(_ reason: String) {
        if fault == nil { fault = reason }
    }

    func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &generator) }
}
