import Testing

@testable import Jobserver

@Suite struct MemoryRuleTests {
    private static let gibibyte = 1 << 30
    private var settings = AdmissionSettings(jobs: 32)
    private let now = MonotonicTime(nanoseconds: 0)

    init() {
        settings.memoryTotalBytes = 64 * Self.gibibyte
    }

    private func sample(available: Int, _ holders: [HolderUsage] = []) -> Sample {
        var sample = Sample()
        sample.memoryAvailableBytes = available * Self.gibibyte
        sample.holders = holders
        return sample
    }

    private func job(_ id: UInt64, seconds: Int64, megabytes: Int, _ command: String = "cc1plus") -> JobUsage
    {
        JobUsage(
            identity: id,
            command: command,
            ageNanoseconds: seconds * 1_000_000_000,
            residentBytes: megabytes << 20
        )
    }

    private func rule(_ settings: AdmissionSettings, floor: Int) -> MemoryRule {
        MemoryRule(settings, floor: floor, JobSizes(memoryTotalBytes: settings.memoryTotalBytes))
    }

    private func ceiling(_ sample: Sample, out: Int = 0, floor: Int = 4) -> Int {
        var rule = rule(settings, floor: floor * Self.gibibyte)
        rule.sampled(sample, out: out, at: now)
        return rule.ceiling
    }

    @Test func unknownJobsCountTwoGibibytes() {
        #expect(ceiling(sample(available: 16)) == 6)
    }

    @Test func youngJobIsChargedWhatItHasYetToUse() {
        let holder = HolderUsage(tokens: 1, jobs: [job(1, seconds: 1, megabytes: 512)])
        #expect(ceiling(sample(available: 8, [holder]), out: 1) == 1 + 1)
        let settled = HolderUsage(tokens: 1, jobs: [job(1, seconds: 20, megabytes: 512)])
        #expect(ceiling(sample(available: 8, [settled]), out: 1) == 1 + 2)
    }

    @Test func tokenWithoutAJobYetIsChargedInFull() {
        #expect(ceiling(sample(available: 8, [HolderUsage(tokens: 2, jobs: [])]), out: 2) == 2)
    }

    @Test func tooLittleMemoryLowersTheCeilingBelowWhatIsOut() {
        #expect(ceiling(sample(available: 3), out: 5) == 4)
        #expect(ceiling(sample(available: 1), out: 5) == 3)
    }

    @Test func aSizeOfNothingIsOneByte() {
        var settings = settings
        settings.memoryPerJobBytes = 0
        var rule = rule(settings, floor: 0)
        rule.sampled(sample(available: 1), out: 0, at: now)
        #expect(rule.ceiling == Self.gibibyte)
    }

    @Test func givenSizeIsNotLearnt() {
        var settings = settings
        settings.memoryPerJobBytes = Self.gibibyte
        var rule = rule(settings, floor: 4 * Self.gibibyte)
        rule.sampled(sample(available: 16), out: 0, at: now)
        #expect(rule.ceiling == 12)
    }

    @Test func peaksOfEndedJobsAreLearnt() {
        var rule = rule(settings, floor: 0)
        for id in 0..<40 as Range<UInt64> {
            let size = id == 7 ? 3000 : 500
            rule.sampled(
                sample(available: 60, [.init(tokens: 1, jobs: [job(id, seconds: 1, megabytes: size)])]),
                out: 1,
                at: now
            )
            rule.sampled(
                sample(available: 60, [.init(tokens: 1, jobs: [job(id, seconds: 2, megabytes: 100)])]),
                out: 1,
                at: now
            )
        }
        rule.sampled(sample(available: 60), out: 0, at: now)
        #expect(rule.sizes.expected() == 500 << 20)
        #expect(rule.sizes.expected(of: job(0, seconds: 1, megabytes: 100)) == 500 << 20)
        #expect(rule.sizes.expected(of: job(0, seconds: 1, megabytes: 600)) == 3000 << 20)
    }

    @Test func learntSizeHasAFloorAndABound() {
        for (size, expected) in [(1, 64 << 20), (40_000, 16 * Self.gibibyte)] {
            var sizes = JobSizes(memoryTotalBytes: 64 * Self.gibibyte)
            for id in 0..<40 as Range<UInt64> {
                sizes.sampled([HolderUsage(tokens: 1, jobs: [job(id, seconds: 1, megabytes: size)])])
            }
            sizes.sampled([])
            #expect(sizes.expected() == expected)
        }
    }

    @Test func commandsAreLearntApart() {
        var sizes = JobSizes(memoryTotalBytes: nil)
        for id in 0..<80 as Range<UInt64> {
            let isLinker = id % 2 == 0
            let job = job(id, seconds: 1, megabytes: isLinker ? 3000 : 200, isLinker ? "ld" : "cc1")
            sizes.sampled([HolderUsage(tokens: 1, jobs: [job])])
        }
        sizes.sampled([])
        #expect(sizes.expected(of: job(0, seconds: 1, megabytes: 1, "cc1")) == 200 << 20)
        #expect(sizes.expected(of: job(0, seconds: 1, megabytes: 1, "ld")) == 3000 << 20)
        #expect(sizes.expected(of: job(0, seconds: 1, megabytes: 1, "rustc")) == 3000 << 20)
    }

    /// An `@world` has hundreds of commands; once the 65th made the daemon forget everything.
    @Test(arguments: [64, 400, 511])
    func usedCommandsAreNotForgottenForNewOnes(others: Int) {
        var sizes = JobSizes(memoryTotalBytes: nil)
        var id: UInt64 = 0
        func run(_ command: String, megabytes: Int) {
            id += 1
            sizes.sampled([HolderUsage(tokens: 1, jobs: [job(id, seconds: 1, megabytes: megabytes, command)])]
            )
        }
        for _ in 0..<32 { run("ld", megabytes: 3000) }
        for other in 0..<others { run("tool \(other)", megabytes: 100) }
        sizes.sampled([])
        #expect(sizes.expected(of: job(0, seconds: 1, megabytes: 1, "ld")) == 3000 << 20)
    }

    @Test func theLeastRecentlyUsedCommandIsForgotten() {
        var sizes = JobSizes(memoryTotalBytes: nil)
        func run(_ command: String, megabytes: Int, times: Int) {
            for _ in 0..<times {
                sizes.sampled([
                    HolderUsage(tokens: 1, jobs: [job(1, seconds: 1, megabytes: megabytes, command)])
                ])
                sizes.sampled([])
            }
        }
        run("ld", megabytes: 3000, times: 32)
        run("cc1", megabytes: 200, times: 64)
        for other in 0..<JobSizes.kindLimit - 1 { run("tool \(other)", megabytes: 100, times: 1) }
        #expect(sizes.expected(of: job(0, seconds: 1, megabytes: 1, "ld")) == 100 << 20)
        #expect(sizes.expected(of: job(0, seconds: 1, megabytes: 1, "cc1")) == 200 << 20)
    }

    @Test mutating func gateSaysWhatItMeasured() {
        settings.minMemoryBytes = 4 * Self.gibibyte
        var admission = Admission(settings)
        admission.sampled(sample(available: 3), out: 2, at: now)
        let state = admission.state(out: 2)
        #expect(state.description == "held back by memory: 3.0 GiB available, floor 4.0 GiB")
    }
}
