internal import Vocabulary

/// Grants while no resource keeps tasks waiting for a larger part of the time than the limit.
struct PressureRule: AdmissionRule {
    let limit: Double
    private(set) var ceiling = Int.max
    private var worst = (resource: "cpu", share: 0.0)

    init(limit: Double) {
        self.limit = limit
    }

    var name: GateRule { .pressure }
    var measure: String {
        "\(worst.resource) pressure \(worst.share.text(decimals: 1)) %, limit \(limit.text(decimals: 1)) %"
    }

    mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime) {
        let cpu = sample.cpuPressure ?? 0
        let memory = sample.memoryPressure ?? 0
        worst = memory > cpu ? ("memory", memory) : ("cpu", cpu)
        ceiling = worst.share < limit ? .max : 0
    }
}
