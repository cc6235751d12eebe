internal import Jobserver
internal import Linux
internal import Wire

/// Asks the admission rules, and looks at the machine for them: no oftener than they want, and only while somebody
/// waits or just asked.
///
/// An idle server does not wake.
final class Gate {
    private var admission: Admission
    private var lastSample: MonotonicTime?
    private var trees: ProcessTrees
    let room = MemoryRoom()
    /// The strictest rule at the last look.
    private(set) var rule = GateRule.jobs
    /// Who holds how many tokens, for the memory rule.
    var holders: () -> [(pid: Int32, tokens: Int)] = { [] }
    /// Looks at the machine for what these rules want to know; tests put a machine of their own here.
    lazy var look: (AdmissionSettings) -> Sample = { [unowned self] in machine(for: $0) }

    init(_ settings: Settings, knownParent: @escaping (Int32) -> Int32? = { _ in nil }) {
        trees = ProcessTrees(knownParent: knownParent)
        admission = Admission(Self.settings(settings))
    }

    /// Goes by other rules from now on.
    func change(to settings: Settings) {
        admission.change(to: Self.settings(settings))
        lastSample = nil
        rule = .jobs
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
        admission.sampled(look(admission.settings), out: out, at: now)
        rule = admission.rule
        return admission.ceiling
    }

    /// What the strictest rule says about one more token.
    func state(out: Int) -> GateState { admission.state(out: out) }

    private func machine(for settings: AdmissionSettings) -> Sample {
        var sample = Sample()
        if settings.maxLoad != nil, let load = try? ProcFS.loadAverage() {
            sample.loadAverage = load.oneMinute
            sample.runningTasks = load.running
        }
        if settings.maxPressure != nil {
            sample.cpuPressure = ProcFS.pressure(.cpu)
            sample.memoryPressure = ProcFS.pressure(.memory)
        }
        if settings.minMemoryBytes != nil {
            sample.memoryAvailableBytes = room.availableBytes
            sample.holders = trees.usage(of: holders())
        }
        return sample
    }

    private static func settings(_ settings: Settings) -> AdmissionSettings {
        let total = try? ProcFS.memoryTotalBytes()
        return AdmissionSettings(settings, cpus: CPUCount.usable, memoryTotalBytes: total)
    }
}
