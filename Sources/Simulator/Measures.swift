/// The measures by which a run is judged.
struct Measures {
    /// Nothing counts before this second: the run has to settle.
    var start = 0.0
    var seconds = 0.0
    /// Seconds in which somebody waited, and token-seconds in use during them.
    var waitedSeconds = 0.0
    var busyWhileWaited = 0.0
    var jobSeconds = 0.0
    var usefulSeconds = 0.0
    var loads: [Double] = []
    var kills = 0
    var completed = 0

    var meanLoad: Double { loads.reduce(0, +) / Double(max(1, loads.count)) }
    var maxLoad: Double { loads.max() ?? 0 }
}

/// Jain's index of fairness: 1 when all have the same, 1/n when one has all.
func jain(_ shares: [Double]) -> Double {
    let sum = shares.reduce(0, +)
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    return squares == 0 ? 1 : sum * sum / (Double(shares.count) * squares)
}

/// The value that this part of all values does not exceed.
func percentile(_ part: Double, _ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    return values.sorted()[min(values.count - 1, Int(Double(values.count) * part))]
}
