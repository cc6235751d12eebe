internal import Vocabulary

/// Never more out than this.
struct JobsRule: AdmissionRule {
    let jobs: Int

    var name: GateRule { .jobs }
    var ceiling: Int { jobs }
    var measure: String { "limit \(jobs)" }

    mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime) {}
}
