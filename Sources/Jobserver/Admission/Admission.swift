package import Vocabulary

/// How many tokens may be out now, by the strictest of the admission rules.
///
/// It gets samples and never takes one. `TokenPool.admit` needs its ``ceiling``.
package struct Admission: Sendable {
    package private(set) var settings: AdmissionSettings
    private var rules: [any AdmissionRule]
    private var ramp: RampRule?
    private var sampled: MonotonicTime?
    /// The learnt sizes of jobs, while no rule uses them.
    private var unusedSizes: JobSizes

    package init(_ settings: AdmissionSettings) {
        self.init(settings, JobSizes(memoryTotalBytes: settings.memoryTotalBytes))
    }

    private init(_ settings: AdmissionSettings, _ learnt: JobSizes) {
        self.settings = settings
        var sizes = JobSizes(memoryTotalBytes: settings.memoryTotalBytes)
        sizes.adopt(learnt)
        unusedSizes = sizes
        rules = [JobsRule(jobs: settings.jobs)]
        if let limit = settings.maxLoad {
            switch settings.loadSource {
            case .average: rules.append(LoadRule(limit: limit))
            case .running: rules.append(RunningRule(limit: limit))
            }
        }
        if let floor = settings.minMemoryBytes { rules.append(MemoryRule(settings, floor: floor, sizes)) }
        if let limit = settings.maxPressure { rules.append(PressureRule(limit: limit)) }
        if let rate = settings.ramp {
            ramp = RampRule(
                rate: rate * Double(settings.cpus),
                periodNanoseconds: settings.recheckNanoseconds
            )
        }
    }

    /// Applies other settings from now on.
    ///
    /// If only the number of jobs differs, which `stevectl limit` often changes, the rules keep what they
    /// have seen: which grants the load does not show yet. The sizes of jobs are kept in any case.
    package mutating func change(to other: AdmissionSettings) {
        settings.jobs = other.jobs
        guard settings == other else { return self = Admission(other, sizes) }
        rules[0] = JobsRule(jobs: other.jobs)
    }

    /// What jobs have used.
    package var sizes: JobSizes {
        get { rules.lazy.compactMap { $0 as? MemoryRule }.first?.sizes ?? unusedSizes }
        set {
            unusedSizes = newValue
            for index in rules.indices {
                guard var rule = rules[index] as? MemoryRule else { continue }
                rule.sizes = newValue
                rules[index] = rule
            }
        }
    }

    /// Whether any rule looks at samples at all.
    package var needsSamples: Bool { rules.count > 1 }

    /// Whether samples must say what each holder's jobs use.
    package var needsHolders: Bool { settings.minMemoryBytes != nil }

    /// Whether the next decision should wait for a new sample, because the last one is old.
    ///
    /// While somebody waits, ask again after `settings.recheckNanoseconds`; while nobody does, before the
    /// next read or poll goes to the pool. So an idle server does not wake, and no request is judged by the
    /// load of an hour ago.
    package func wantsSample(at now: MonotonicTime) -> Bool {
        guard needsSamples else { return false }
        guard let sampled else { return true }
        return now.nanoseconds - sampled.nanoseconds >= settings.recheckNanoseconds
    }

    /// Takes a new sample, with the number of tokens that are out at that moment.
    package mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime) {
        sampled = now
        for index in rules.indices { rules[index].sampled(sample, out: out, at: now) }
        // A full pool is no closed gate: the ramp follows the rules that look at the machine.
        let isHolding = rules.dropFirst().contains { $0.ceiling <= out }
        ramp?.sampled(isHolding: isHolding, out: out, at: now)
    }

    /// How many tokens the rules that look at the machine let out now.
    ///
    /// Their number in all is the pool's to mind: a lent slot makes it one larger.
    package var ceiling: Int {
        max(0, rules.dropFirst().reduce(ramp?.ceiling ?? .max) { min($0, $1.ceiling) })
    }

    /// The strictest rule's name, at less cost than all that it says.
    package var rule: GateRule {
        let rule = strictest
        if let ramp, ramp.ceiling < rule.ceiling { return .ramp }
        return rule.name
    }

    /// What the strictest rule says about one more token than are out.
    package func state(out: Int) -> GateState {
        let rule = strictest
        if let ramp, ramp.ceiling < rule.ceiling {
            let measure = "the gate has just opened, \(ramp.rate.text(decimals: 1)) grants a second"
            return GateState(rule: .ramp, isHolding: ramp.ceiling <= out, measure: measure)
        }
        return GateState(rule: rule.name, isHolding: rule.ceiling <= out, measure: rule.measure)
    }

    private var strictest: any AdmissionRule {
        rules.dropFirst().reduce(rules[0]) { $1.ceiling < $0.ceiling ? $1 : $0 }
    }
}
