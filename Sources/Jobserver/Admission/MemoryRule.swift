internal import Vocabulary

/// Grants while the available memory, less what running jobs have yet to grow, stays above the floor.
///
/// A compiler is small when it is admitted. Each job younger than the settling time is charged its expected
/// peak less what it uses already; a token whose job is not seen yet is charged the whole expected peak.
struct MemoryRule: AdmissionRule {
    let floor: Int
    let perJob: Int?
    let settle: Int64
    private(set) var ceiling = Int.max
    var sizes: JobSizes
    private var available = 0
    private var growth = 0

    init(_ settings: AdmissionSettings, floor: Int, _ sizes: JobSizes) {
        self.floor = floor
        perJob = settings.memoryPerJobBytes.map { max(1, $0) }
        settle = settings.memorySettleNanoseconds
        self.sizes = sizes
    }

    var name: GateRule { .memory }
    var measure: String {
        let expected = growth > 0 ? ", \(gibibytes(growth)) GiB of it expected to be used" : ""
        return "\(gibibytes(available)) GiB available\(expected), floor \(gibibytes(floor)) GiB"
    }

    mutating func sampled(_ sample: Sample, out: Int, at now: MonotonicTime) {
        guard let bytes = sample.memoryAvailableBytes else { return }
        sizes.sampled(sample.holders)
        available = bytes
        growth = sample.holders.reduce(0) { $0 + growth(of: $1) }
        let room = available - growth - floor
        let size = perJob ?? sizes.expected()
        ceiling = out + (room >= 0 ? room / size : -((size - 1 - room) / size))
    }

    /// How much more memory a holder's jobs are expected to use.
    private func growth(of holder: HolderUsage) -> Int {
        let unseen =
            max(0, holder.tokens - holder.jobs.count) * (perJob ?? sizes.expected(in: holder.package))
        return holder.jobs.reduce(unseen) { sum, job in
            guard job.ageNanoseconds < settle else { return sum }
            return sum + max(0, (perJob ?? sizes.expected(of: job, in: holder.package)) - job.residentBytes)
        }
    }

    private func gibibytes(_ bytes: Int) -> String { (Double(bytes) / Double(1 << 30)).text(decimals: 1) }
}
