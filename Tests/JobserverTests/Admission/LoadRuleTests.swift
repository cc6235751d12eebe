import Testing

@testable import Jobserver

@Suite struct LoadRuleTests {
    private var load = KernelLoad()
    private var rule = LoadRule(limit: 32)

    /// The kernel updates its load, and the next sample shows that.
    private mutating func update(active: Int, out: Int, second: Int) {
        load.update(active: active)
        sample(out: out, second: second)
    }

    private mutating func sample(out: Int, second: Int) {
        var sample = Sample()
        sample.loadAverage = load.text
        rule.sampled(sample, out: out, at: MonotonicTime(nanoseconds: Int64(second) * 1_000_000_000))
    }

    @Test mutating func idleMachineTakesAsManyAsTheLimit() {
        sample(out: 0, second: 0)
        #expect(rule.ceiling == 32)
    }

    @Test mutating func whatIsGrantedBetweenUpdatesCounts() {
        sample(out: 0, second: 0)
        sample(out: 30, second: 1)
        #expect(rule.ceiling == 32)
    }

    @Test mutating func ruleSeesThroughTheLagAfterAnUpdate() {
        sample(out: 0, second: 0)
        update(active: 32, out: 32, second: 5)
        #expect(load.text < 3)
        #expect((31...33).contains(rule.ceiling))
    }

    @Test mutating func foreignLoadTakesItsPart() {
        sample(out: 0, second: 0)
        update(active: 22, out: 10, second: 5)
        #expect((19...21).contains(rule.ceiling))
    }

    @Test mutating func foreignLoadOverTheLimitLeavesNothing() {
        sample(out: 0, second: 0)
        update(active: 60, out: 10, second: 5)
        #expect(rule.ceiling <= 0)
    }

    @Test mutating func gateOpensAtTheUpdateAfterTheLoadHasGone() {
        load = KernelLoad(settledAt: 30)
        sample(out: 0, second: 0)
        update(active: 30, out: 1, second: 5)
        sample(out: 1, second: 7)
        #expect(rule.ceiling == 3)
        update(active: 1, out: 1, second: 10)
        #expect(load.text > 27)
        #expect((31...33).contains(rule.ceiling))
    }

    @Test mutating func meanOverTheLimitIsBroughtDown() {
        load = KernelLoad(settledAt: 34)
        sample(out: 32, second: 0)
        update(active: 32, out: 32, second: 5)
        #expect((23...28).contains(rule.ceiling))
    }

    @Test mutating func steadyMeanNeedsNoChangeOfTheText() {
        load = KernelLoad(settledAt: 20)
        sample(out: 5, second: 0)
        sample(out: 20, second: 7)
        #expect(rule.ceiling == 32)
    }

    @Test mutating func oldSampleIsNoGuideToTheMean() {
        sample(out: 0, second: 0)
        load = KernelLoad(settledAt: 40)
        sample(out: 0, second: 3600)
        #expect(rule.ceiling < 0)
    }

    @Test mutating func missingLoadChangesNothing() {
        sample(out: 0, second: 0)
        rule.sampled(Sample(), out: 9, at: MonotonicTime(nanoseconds: 1))
        #expect(rule.ceiling == 32)
    }
}
