import Testing

@testable import Jobserver

@Suite struct AdmissionTests {
    private let start = MonotonicTime(nanoseconds: 0)

    private func loaded(_ load: Double) -> Sample {
        var sample = Sample()
        sample.loadAverage = load
        return sample
    }

    @Test func jobsAloneNeedNoSamples() {
        let admission = Admission(AdmissionSettings(jobs: 8))
        #expect(!admission.needsSamples)
        #expect(!admission.wantsSample(at: start))
        #expect(admission.ceiling == .max)
        #expect(admission.state(out: 8).description == "held back by jobs: limit 8")
    }

    @Test func strictestRuleWinsAndIsNamed() {
        var settings = AdmissionSettings(jobs: 8)
        settings.maxLoad = 4
        var admission = Admission(settings)
        admission.sampled(loaded(3.75), out: 0, at: start)
        #expect(admission.ceiling == 0)
        #expect(admission.state(out: 0).description == "held back by load: load 3.75, limit 4.00")
        admission.sampled(loaded(0), out: 0, at: start + 400_000_000_000)
        #expect(admission.state(out: 0).description == "open: load 0.00, limit 4.00")
    }

    @Test func sampleIsWantedFirstAndWhenOld() {
        var settings = AdmissionSettings(jobs: 8)
        settings.maxLoad = 4
        var admission = Admission(settings)
        #expect(admission.wantsSample(at: start))
        admission.sampled(loaded(0), out: 0, at: start)
        #expect(!admission.wantsSample(at: start + 499_999_999))
        #expect(admission.wantsSample(at: start + 500_000_000))
    }

    @Test func numbersAreWrittenWithTheirDigits() {
        #expect(3.144.text(decimals: 2) == "3.14")
        #expect((-0.06).text(decimals: 1) == "-0.1")
        #expect(12.0.text(decimals: 0) == "12")
        #expect(0.999.text(decimals: 2) == "1.00")
        #expect(Double.infinity.text(decimals: 2) == "inf")
    }

    @Test func anotherNumberOfJobsForgetsNothingAndAnotherLimitDoes() {
        var settings = AdmissionSettings(jobs: 8)
        settings.maxLoad = 4
        var admission = Admission(settings)
        admission.sampled(loaded(3), out: 0, at: start)
        #expect(admission.ceiling == 1)
        settings.jobs = 2
        admission.change(to: settings)
        #expect(!admission.wantsSample(at: start))
        #expect(admission.ceiling == 1)
        admission.sampled(loaded(0), out: 0, at: start + 400_000_000_000)
        #expect(admission.ceiling == 4)
        #expect(admission.state(out: 2).description == "held back by jobs: limit 2")
        settings.maxLoad = 6
        admission.change(to: settings)
        #expect(admission.wantsSample(at: start + 400_000_000_000))
    }
}
