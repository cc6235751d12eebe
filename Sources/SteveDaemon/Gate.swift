internal import Jobserver
internal import Linux
internal import Wire

/// Asks the admission rules, and looks at the machine for them: no oftener than they want, and only while
/// somebody waits or just asked.
///
/// An idle server does not wake.
final class Gate {
    private var admission: Admission
    private var lastSample: MonotonicTime?

    init(_ settings: Settings) {
        admission = Admission(AdmissionSettings(settings))
    }

    /// Goes by other rules from now on; what the old ones have seen is forgotten.
    func change(to settings: Settings) {
        admission = Admission(AdmissionSettings(settings))
        lastSample = nil
    }

    /// Whether the last look at the machine is too old to decide by.
    func isStale(at now: MonotonicTime) -> Bool { admission.wantsSample(at: now) }

    /// When to look again while somebody waits; nil: no rule wants to know.
    var nextSample: MonotonicTime? {
        guard admission.needsSamples else { return nil }
        return (lastSample ?? MonotonicTime(nanoseconds: 0)) + admission.settings.recheckNanoseconds
    }

    /// Looks at the machine, and says how many tokens may be out now.
    func sample(out: Int, at now: MonotonicTime) -> Int {
        lastSample = now
        var sample = Sample()
        if let load = try? ProcFS.loadAverage() {
            sample.loadAverage = load.oneMinute
            sample.runningTasks = load.running
        }
        admission.sampled(sample, out: out, at: now)
        return admission.ceiling
    }

    /// What the strictest rule says about one more token.
    func state(out: Int) -> GateState { admission.state(out: out) }
}

extension AdmissionSettings {
    fileprivate init(_ settings: Settings) {
        self.init(jobs: settings.jobs)
        maxLoad = settings.loadAverage
        recheckNanoseconds = settings.loadRecheckTimeout.nanoseconds
    }
}
