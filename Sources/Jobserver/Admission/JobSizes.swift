/// What jobs have used at their peak, by command and package.
///
/// The expected peak is the 80th percentile of the last 64 peaks. Every other job would exceed a mean, and by
/// the maximum one link of a browser would decide for a day. Sizes of several jobs that run at once even out,
/// and the floor absorbs the rest. Until 32 jobs have ended a job counts as 2 GiB, the rule of thumb of
/// Gentoo's handbook, because small jobs end first. A job whose command has ended at least four times counts
/// as the largest of these. The result is always at least 64 MiB, because jobs that end between two samples
/// are not seen, and at most a quarter of the machine, so that something always fits.
package struct JobSizes: Sendable {
    private static let gibibyte = 1 << 30
    /// How many kinds of jobs are told apart, besides all jobs together; beyond that the least recently used
    /// kind is forgotten.
    package static let kindLimit = 512
    private static let needed = 32
    /// This many peaks of a command say more than any number of others.
    private static let few = 4

    private let bound: Int
    private(set) var peaks: [JobKind: JobPeaks] = [:]
    private var uses: UInt64 = 0
    private var running: [UInt64: (kind: JobKind, peak: Int)] = [:]
    /// Changes whenever something is learnt or forgotten, so that whoever stores the sizes knows.
    package private(set) var version = 0

    package init(memoryTotalBytes: Int?) {
        bound = memoryTotalBytes.map { $0 / 4 } ?? 8 * Self.gibibyte
    }

    /// What a job whose command is not known yet is expected to use, in a package if it runs in one.
    func expected(in package: String? = nil) -> Int {
        bounded(all(of: package)?.usual)
    }

    private func all(of package: String?) -> JobPeaks? {
        package.flatMap { enough(JobKind(package: $0)) } ?? enough(JobKind())
    }

    /// What a running job is expected to use: the usual peak of its command, in its package if there were
    /// enough such jobs; the largest peak, if it uses more than that already.
    func expected(of job: JobUsage, in package: String? = nil) -> Int {
        let own = package.flatMap { enough(JobKind(package: $0, command: job.command)) }
        if let peaks = own ?? enough(JobKind(command: job.command)) { return expected(of: job, peaks) }
        if let few = peaks[JobKind(command: job.command)], few.count >= Self.few {
            return bounded(few.largest)
        }
        return all(of: package).map { expected(of: job, $0) } ?? expected()
    }

    private func expected(of job: JobUsage, _ peaks: JobPeaks) -> Int {
        let usual = bounded(peaks.usual)
        return job.residentBytes < usual ? usual : bounded(peaks.largest)
    }

    private func enough(_ kind: JobKind) -> JobPeaks? {
        guard let peaks = peaks[kind], peaks.count >= Self.needed else { return nil }
        return peaks
    }

    /// Learns from one sample of all running jobs: a job that is no longer in it has ended.
    mutating func sampled(_ holders: [HolderUsage]) {
        var still: [UInt64: (kind: JobKind, peak: Int)] = [:]
        still.reserveCapacity(running.count)
        for holder in holders {
            for job in holder.jobs {
                let before = running[job.identity]?.peak ?? 0
                let kind = JobKind(package: holder.package, command: job.command)
                still[job.identity] = (kind, max(before, job.residentBytes))
            }
        }
        for (identity, job) in running where still[identity] == nil { learn(job.kind, job.peak) }
        running = still
    }

    private mutating func learn(_ kind: JobKind, _ peak: Int) {
        version += 1
        for kind in kind.widenings {
            if peaks[kind] == nil, peaks.count > Self.kindLimit { forgetLeastRecentlyUsed() }
            uses += 1
            peaks[kind, default: JobPeaks()].append(peak, use: uses)
        }
    }

    private mutating func forgetLeastRecentlyUsed() {
        let oldest = peaks.filter { $0.key != JobKind() }.min { $0.value.lastUse < $1.value.lastUse }
        if let oldest { peaks[oldest.key] = nil }
    }

    /// Knows nothing any more.
    package mutating func forget() {
        version += 1
        peaks = [:]
    }

    /// Takes over what another has learnt, for another machine or after a restart.
    mutating func adopt(_ other: JobSizes) {
        (peaks, uses, running, version) = (other.peaks, other.uses, other.running, other.version)
    }

    /// Takes over stored peaks; those that were used longest ago come first.
    mutating func adopt(_ kept: [(kind: JobKind, peaks: [Int])]) {
        peaks = [:]
        for entry in kept.suffix(Self.kindLimit + 1) {
            uses += 1
            for peak in entry.peaks { peaks[entry.kind, default: JobPeaks()].append(peak, use: uses) }
        }
    }

    /// All learnt sizes; those that were used longest ago come first.
    package var entries: [(kind: JobKind, peaks: JobPeaks, expected: Int)] {
        peaks.sorted { $0.value.lastUse < $1.value.lastUse }.map { kind, peaks in
            if peaks.count >= Self.needed { return (kind, peaks, bounded(peaks.usual)) }
            let few = kind.command != nil && peaks.count >= Self.few ? peaks.largest : nil
            return (kind, peaks, bounded(few ?? all(of: kind.package)?.usual))
        }
    }

    private func bounded(_ bytes: Int?) -> Int { min(bound, max(64 << 20, bytes ?? 2 * Self.gibibyte)) }
}

/// A kind of jobs: a command, a command in a package, all of a package, or, with neither, everything.
package struct JobKind: Hashable, Sendable {
    /// `category/package`, of any version.
    package var package: String?
    package var command: String?

    package init(package: String? = nil, command: String? = nil) {
        self.package = package
        self.command = command
    }

    /// All kinds that a job of this kind is one of.
    fileprivate var widenings: [JobKind] {
        let wide = [JobKind(), JobKind(command: command)]
        return package == nil ? wide : wide + [JobKind(package: package), self]
    }
}

/// The last 64 peaks, the oldest of which is overwritten.
package struct JobPeaks: Sendable {
    private static let remembered = 64
    private var ring: [Int] = []
    private var oldest = 0
    private var bySize: [Int] = []
    private(set) var lastUse: UInt64 = 0

    package var count: Int { ring.count }

    /// In the order in which the jobs ended.
    package var inTime: [Int] { Array(ring[oldest...] + ring[..<oldest]) }

    /// The 80th percentile.
    package var usual: Int { bySize[min(count - 1, count * 4 / 5)] }

    package var largest: Int { bySize.last ?? 0 }

    mutating func append(_ value: Int, use: UInt64) {
        lastUse = use
        if count < Self.remembered {
            ring.append(value)
        } else {
            if let place = bySize.firstIndex(of: ring[oldest]) { bySize.remove(at: place) }
            ring[oldest] = value
            oldest = (oldest + 1) % count
        }
        bySize.insert(value, at: bySize.firstIndex { $0 >= value } ?? bySize.count)
    }
}
