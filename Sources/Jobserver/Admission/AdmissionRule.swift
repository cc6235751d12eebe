internal import Vocabulary

/// One rule that says how many tokens may be out.
protocol AdmissionRule: Sendable {
    var name: GateRule { get }
    /// How many may be out now.
    var ceiling: Int { get }
    /// What it measured, and its limit, for people.
    var measure: String { get }
    /// Takes a new sample, with the number of tokens that are out at that moment.
    mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime)
}

extension Double {
    /// The number with this many digits after the point.
    func text(decimals: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "\(self)" }
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((magnitude * Double(scale)).rounded())
        let digits = String(scaled % scale + scale).dropFirst()
        return (self < 0 && scaled > 0 ? "-" : "") + "\(scaled / scale)" + (decimals > 0 ? ".\(digits)" : "")
    }
}

/// Never more out than this.
struct JobsRule: AdmissionRule {
    let jobs: Int

    var name: GateRule { .jobs }
    var ceiling: Int { jobs }
    var measure: String { "limit \(jobs)" }

    mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime) {}
}
