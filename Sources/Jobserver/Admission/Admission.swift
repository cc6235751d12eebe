/// How many tokens may be out now, by the strictest of the admission rules.
///
/// It is told of samples and never takes one. Its ``ceiling`` is what `TokenPool.admit` wants to know.
package struct Admission: Sendable {
    package let settings: AdmissionSettings
    private var rules: [any AdmissionRule]
    private var sampled: MonotonicTime?

    package init(_ settings: AdmissionSettings) {
        self.settings = settings
        rules = [JobsRule(jobs: settings.jobs)]
        if let limit = settings.maxLoad { rules.append(LoadRule(limit: limit)) }
    }

    /// Whether any rule looks at samples at all.
    package var needsSamples: Bool { rules.count > 1 }

    /// Whether the next decision should wait for a new sample, because the last one is old.
    ///
    /// While somebody waits, ask again after `settings.recheckNanoseconds`; while nobody does, before the next
    /// read or poll goes to the pool. So an idle server does not wake, and nobody is granted a token by the load
    /// of an hour ago.
    package func wantsSample(at now: MonotonicTime) -> Bool {
        guard needsSamples else { return false }
        guard let sampled else { return true }
        return now.nanoseconds - sampled.nanoseconds >= settings.recheckNanoseconds
    }

    /// Takes a new sample, with the number of tokens that are out at that moment.
    package mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime) {
        sampled = now
        for index in rules.indices { rules[index].sampled(sample, out: out, at: now) }
    }

    /// How many tokens may be out now.
    package var ceiling: Int { max(0, strictest.ceiling) }

    /// What the strictest rule says about one more token than are out.
    package func state(out: Int) -> GateState {
        let rule = strictest
        return GateState(rule: rule.name, isHolding: rule.ceiling <= out, measure: rule.measure)
    }

    private var strictest: any AdmissionRule {
        rules.dropFirst().reduce(rules[0]) { $1.ceiling < $0.ceiling ? $1 : $0 }
    }
}
