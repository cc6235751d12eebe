import Vocabulary
import Testing

@testable import Jobserver

@Suite struct RuleTests {
    private let start = MonotonicTime(nanoseconds: 0)

    private func sample(running: Int? = nil, cpu: Double? = nil, memory: Double? = nil) -> Sample {
        var sample = Sample()
        sample.runningTasks = running
        sample.cpuPressure = cpu
        sample.memoryPressure = memory
        return sample
    }

    @Test func runningTasksCountWithoutTheReader() {
        var rule = RunningRule(limit: 8)
        rule.sampled(sample(running: 4), out: 2, at: start)
        #expect(rule.ceiling == 2 + 5)
        #expect(rule.measure == "running 3.0, limit 8.00")
    }

    @Test func oneBusyMomentDoesNotCloseTheRunningGate() {
        var rule = RunningRule(limit: 8)
        rule.sampled(sample(running: 5), out: 4, at: start)
        rule.sampled(sample(running: 13), out: 4, at: start)
        #expect(rule.ceiling == 6)
    }

    @Test func pressureOfEitherResourceHolds() {
        var rule = PressureRule(limit: 20)
        rule.sampled(sample(cpu: 19.9, memory: 3), out: 4, at: start)
        #expect(rule.ceiling == .max)
        rule.sampled(sample(cpu: 5, memory: 20), out: 4, at: start)
        #expect(rule.ceiling == 0)
        #expect(rule.measure == "memory pressure 20.0 %, limit 20.0 %")
    }

    @Test func unmeasuredPressureHoldsNothing() {
        var rule = PressureRule(limit: 20)
        rule.sampled(sample(), out: 4, at: start)
        #expect(rule.ceiling == .max)
    }

    @Test func rampLimitsGrantsForASecondAfterTheGateOpens() {
        var settings = AdmissionSettings(jobs: 64)
        settings.maxPressure = 20
        settings.ramp = 2
        settings.cpus = 4
        var admission = Admission(settings)
        admission.sampled(sample(cpu: 0), out: 0, at: start)
        #expect(admission.ceiling == .max)
        admission.sampled(sample(cpu: 50), out: 10, at: start)
        #expect(admission.ceiling == 0)
        admission.sampled(sample(cpu: 5), out: 3, at: start + 500_000_000)
        #expect(admission.ceiling == 3 + 4)
        #expect(admission.state(out: 7).rule == .ramp)
        admission.sampled(sample(cpu: 5), out: 7, at: start + 1_000_000_000)
        #expect(admission.ceiling == 7 + 4)
        admission.sampled(sample(cpu: 5), out: 11, at: start + 1_500_000_000)
        #expect(admission.ceiling == .max)
    }

    @Test(arguments: [0.5, 2, 8, 100], [100, 300, 500, 5_000] as [Int64])
    func rampLetsNoMoreInHoweverOftenSamplesAreTaken(rate: Double, milliseconds: Int64) {
        var ramp = RampRule(rate: rate, periodNanoseconds: milliseconds * 1_000_000)
        ramp.sampled(isHolding: true, out: 3, at: start)
        var out = 3
        for sample in 1... {
            let now = start + Int64(sample) * milliseconds * 1_000_000
            ramp.sampled(isHolding: false, out: out, at: now)
            guard ramp.ceiling < .max else { break }
            out = ramp.ceiling
        }
        #expect(out > 3)
        #expect(Double(out - 3) <= max(1, rate))
    }
}
