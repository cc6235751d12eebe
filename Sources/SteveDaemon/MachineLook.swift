internal import Vocabulary
internal import Jobserver
internal import Linux

/// Load and memory for those who ask for the status: looked at a few times a second at most, however many
/// ask, for in a container with its control groups that costs as much as a status of a hundred holders.
struct MachineLook {
    private(set) var load = 0.0
    private(set) var availableMebibytes = 0.0
    private var taken: MonotonicTime?

    private static let ageNanoseconds: Int64 = 200_000_000

    /// What there is to see, not older than a fifth of a second.
    mutating func look(at now: MonotonicTime, _ measures: MachineMeasures) -> MachineLook {
        if taken.map({ $0 + Self.ageNanoseconds <= now }) ?? true {
            taken = now
            load = (try? measures.load(for: .load))?.oneMinute ?? 0
            availableMebibytes = Double((try? measures.availableBytes()) ?? 0) / 1_048_576
        }
        return self
    }
}
