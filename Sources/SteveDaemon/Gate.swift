internal import Vocabulary
internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// Applies the admission rules, and looks at the machine for them: no oftener than they want, and only while
/// somebody waits or has just asked.
///
/// An idle server does not wake. If a look fails the gate is closed, except for `min-jobs`.
final class Gate {
    private var admission: Admission
    /// When to look again while somebody waits; nil: no rule wants to know.
    private(set) var nextSample: MonotonicTime?
    private var trees: ProcessTrees
    let measures = MachineMeasures()
    /// Why the last look failed, and of which rule; nil: it did not.
    private var blindness: Blindness?
    private var wasBlind = false
    private var sharpest = GateRule.jobs
    /// Looks at the machine for what these rules want to know; tests put a machine of their own here.
    var look: (AdmissionSettings) throws(Blindness) -> Sample

    init(
        _ settings: Settings,
        knownParent: @escaping (ProcessID) -> ProcessID? = { _ in nil },
        package: @escaping (ProcessID) -> String? = { _ in nil }
    ) {
        trees = ProcessTrees(knownParent: knownParent, package: package)
        look = { [measures] (settings) throws(Blindness) in try measures.sample(for: settings) }
        admission = Admission(Self.settings(settings, measures))
        nextSample = admission.needsSamples ? MonotonicTime(nanoseconds: 0) : nil
    }

    /// What jobs have used.
    var sizes: JobSizes {
        get { admission.sizes }
        set { admission.sizes = newValue }
    }

    /// The strictest rule at the last look.
    var rule: GateRule { blindness?.rule ?? sharpest }

    /// Goes by other rules from now on.
    func change(to settings: Settings) {
        admission.change(to: Self.settings(settings, measures))
        nextSample = admission.needsSamples ? MonotonicTime(nanoseconds: 0) : nil
        blindness = nil
        sharpest = .jobs
    }

    /// One sentence for each limit of these settings that this machine cannot measure, and that therefore
    /// limits nothing.
    func unmeasurable(_ settings: Settings) -> [(setting: String, sentence: String)] {
        var lines: [(setting: String, sentence: String)] = []
        if settings.maxPressure != nil, let why = measures.noPressure {
            lines.append(("max-pressure", "max-pressure has no effect: \(why)"))
        }
        if settings.loadAverage != nil, let why = measures.noLoad {
            lines.append(("load-average", "load-average has no effect: \(why)"))
        }
        if settings.minMemoryAvail != nil, let why = measures.noMemory {
            lines.append(("min-memory-avail", "min-memory-avail has no effect: \(why)"))
        }
        return lines
    }

    /// Whether the last look at the machine is too old to decide by.
    func isStale(at now: MonotonicTime) -> Bool {
        guard let nextSample else { return false }
        return now >= nextSample
    }

    /// Looks at the machine, and says how many tokens may be out now; the memory rule asks who holds them.
    func sample(
        out: Int,
        holders: @autoclosure () -> [(pid: ProcessID, tokens: Int)],
        at now: MonotonicTime
    ) -> Int {
        if nextSample != nil { nextSample = now + admission.settings.recheckNanoseconds }
        do throws(Blindness) {
            var sample = try look(admission.settings)
            if admission.settings.minMemoryBytes != nil { sample.holders = try usage(of: holders()) }
            admission.sampled(sample, out: out, at: now)
            blindness = nil
        } catch {
            blindness = error
            if !wasBlind { Log.note("\(error): no tokens until that is possible, but for min-jobs") }
            wasBlind = true
            return 0
        }
        if wasBlind { Log.note("the machine can be looked at again") }
        wasBlind = false
        sharpest = admission.rule
        return admission.ceiling
    }

    /// What the strictest rule says about one more token.
    func state(out: Int) -> GateState {
        guard let blindness else { return admission.state(out: out) }
        return GateState(rule: blindness.rule, isHolding: true, measure: "\(blindness)")
    }

    private func usage(of holders: [(pid: ProcessID, tokens: Int)]) throws(Blindness) -> [HolderUsage] {
        do throws(Errno) {
            return try trees.usage(of: holders)
        } catch {
            throw Blindness(rule: .memory, what: "/proc", why: "\(error)")
        }
    }

    private static func settings(_ settings: Settings, _ measures: MachineMeasures) -> AdmissionSettings {
        var measurable = settings
        if measures.noPressure != nil { measurable.maxPressure = nil }
        if measures.noLoad != nil { measurable.loadAverage = nil }
        if measures.noMemory != nil { measurable.minMemoryAvail = nil }
        let total = try? measures.room.total()
        return AdmissionSettings(measurable, cpus: CPUCount.usable, memoryTotalBytes: total)
    }
}

/// A look at the machine that failed.
struct Blindness: Error, CustomStringConvertible {
    /// The rule that wanted to know.
    let rule: GateRule
    let what: String
    let why: String

    var description: String { "cannot look at \(what): \(why)" }
}
