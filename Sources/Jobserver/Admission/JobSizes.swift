/// What jobs have used at their peak, by command name.
///
/// The expected peak is the 80th percentile of the last 64 peaks: a mean would be exceeded by every other job, the
/// maximum would let one link of a browser decide for a day; of several jobs that run at once the sizes even out,
/// and the floor takes the rest. Until 32 jobs have ended (the first to end are the
/// small ones) a job counts as 2 GiB, the rule of thumb
/// of Gentoo's handbook. Whatever was learnt, it is at least 64 MiB, as nothing is known of jobs that end between
/// two samples, and at most a quarter of the machine, so that something always fits.
struct JobSizes: Sendable {
    private static let gibibyte = 1 << 30
    private static let remembered = 64
    /// How many commands are told apart: beyond that the least recently used is forgotten.
    ///
    /// A whole system has hundreds.
    static let commandLimit = 512
    private static let needed = 32

    private let bound: Int
    private var overall = Peaks()
    private var byCommand: [String: Peaks] = [:]
    private var lastUse: [String: UInt64] = [:]
    private var uses: UInt64 = 0
    private var running: [UInt64: (command: String, peak: Int)] = [:]

    init(memoryTotalBytes: Int?) {
        bound = memoryTotalBytes.map { $0 / 4 } ?? 8 * Self.gibibyte
    }

    /// What a job whose command is not known yet is expected to use.
    var expected: Int { bounded(overall.count < Self.needed ? nil : overall.usual) }

    /// What a running job is expected to use: as much as others of its command; one that is beyond that already, as
    /// much as the largest of them.
    func expected(of job: JobUsage) -> Int {
        guard let peaks = byCommand[job.command], peaks.count >= Self.needed else { return expected }
        let usual = bounded(peaks.usual)
        return job.residentBytes < usual ? usual : bounded(peaks.largest)
    }

    /// Learns from one sample of everything that runs: what is no longer in it has ended.
    mutating func sampled(_ holders: [HolderUsage]) {
        var still: [UInt64: (command: String, peak: Int)] = [:]
        still.reserveCapacity(running.count)
        for holder in holders {
            for job in holder.jobs {
                let before = running[job.identity]?.peak ?? 0
                still[job.identity] = (job.command, max(before, job.residentBytes))
            }
        }
        for (identity, job) in running where still[identity] == nil { learn(job.command, job.peak) }
        running = still
    }

    private mutating func learn(_ command: String, _ peak: Int) {
        overall.append(peak)
        if byCommand[command] == nil, byCommand.count >= Self.commandLimit { forgetLeastRecentlyUsed() }
        byCommand[command, default: Peaks()].append(peak)
        uses += 1
        lastUse[command] = uses
    }

    private mutating func forgetLeastRecentlyUsed() {
        guard let oldest = lastUse.min(by: { $0.value < $1.value })?.key else { return }
        byCommand[oldest] = nil
        lastUse[oldest] = nil
    }

    private func bounded(_ bytes: Int?) -> Int { min(bound, max(64 << 20, bytes ?? 2 * Self.gibibyte)) }

    /// The last peaks, the oldest of which is overwritten.
    private struct Peaks: Sendable {
        private var inTime: [Int] = []
        private var oldest = 0
        private var bySize: [Int] = []

        var count: Int { inTime.count }

        /// The 80th percentile.
        var usual: Int { bySize[min(count - 1, count * 4 / 5)] }

        var largest: Int { bySize.last ?? 0 }

        mutating func append(_ value: Int) {
            if count < JobSizes.remembered {
                inTime.append(value)
            } else {
                if let place = bySize.firstIndex(of: inTime[oldest]) { bySize.remove(at: place) }
                inTime[oldest] = value
                oldest = (oldest + 1) % count
            }
            bySize.insert(value, at: bySize.firstIndex { $0 >= value } ?? bySize.count)
        }
    }
}
