internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Linux
internal import SystemPackage

/// The parents of all processes on this machine, and so what the holders of tokens run.
///
/// It is read only for a sample of the memory rule. Reading a stat file takes 15 microseconds and a machine
/// has hundreds of processes, so between two samples only those are read that are new, have lost their
/// parent, or belong to a holder.
struct ProcessTrees {
    /// By process its parent, at the last look.
    private var parents: [ProcessID: ProcessID] = [:]
    private var lastLook: Int64 = 0
    private let knownParent: (_ pid: ProcessID) -> ProcessID?
    private let package: (_ pid: ProcessID) -> String?
    private let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
    private let pageBytes = sysconf(Int32(_SC_PAGESIZE))

    /// No kernel reuses a process number within this time (there are at least 32,768).
    private static let memoryNanoseconds: Int64 = 2_000_000_000

    /// `knownParent` says what somebody else has read already, `package` what a holder builds.
    init(
        knownParent: @escaping (_ pid: ProcessID) -> ProcessID? = { _ in nil },
        package: @escaping (_ pid: ProcessID) -> String? = { _ in nil }
    ) {
        self.knownParent = knownParent
        self.package = package
    }

    /// What each holder's jobs use: its children with all that hangs below them.
    ///
    /// A child that holds tokens itself answers for what hangs below it. A holder that has ended is left out.
    mutating func usage(of holders: [(pid: ProcessID, tokens: Int)]) throws(Errno) -> [HolderUsage] {
        let now = BootClock.nowNanoseconds
        try look(at: now)
        let holding = Set(holders.map(\.pid))
        var jobs: [ProcessID: [Job]] = [:]
        jobs.reserveCapacity(holders.count)
        for pid in parents.keys.sorted() {
            guard var place = place(of: pid, below: holding), let stat = try? ProcFS.stat(of: pid) else {
                continue
            }
            if parents[pid] != ProcessID(stat.parent) {
                // What a zombie left behind has another parent already, though the zombie is still there.
                parents[pid] = ProcessID(stat.parent)
                guard let moved = self.place(of: pid, below: holding) else { continue }
                place = moved
            }
            jobs[place.holder, default: []].add(stat, toJobOf: place.root)
        }
        return holders.compactMap { holder in
            guard parents[holder.pid] != nil else { return nil }
            guard let jobs = jobs[holder.pid] else {
                // Works itself, as a link with several threads does.
                let own = (try? ProcFS.stat(of: holder.pid)).map { Job($0, root: holder.pid) }
                return HolderUsage(
                    tokens: holder.tokens,
                    jobs: own.flatMap { usage(of: $0, at: now) }.map { [$0] } ?? [],
                    package: package(holder.pid)
                )
            }
            return HolderUsage(
                tokens: holder.tokens,
                jobs: jobs.compactMap { usage(of: $0, at: now) },
                package: package(holder.pid)
            )
        }
    }

    /// Learns of the processes that came and went.
    private mutating func look(at now: Int64) throws(Errno) {
        let known = now - lastLook < Self.memoryNanoseconds ? parents : [:]
        lastLook = now
        let pids = try ProcFS.processes().map(ProcessID.init)
        parents.removeAll(keepingCapacity: true)
        for pid in pids { parents[pid] = known[pid] ?? knownParent(pid) ?? ProcessID(-1) }
        for pid in pids {
            // Nobody is the parent of the first process, and of a container's processes that came from
            // outside.
            if let parent = parents[pid], parent.number == 0 || parents[parent] != nil { continue }
            parents[pid] = try? ProcFS.parent(of: pid)
        }
    }

    /// The nearest holder above a process, and the holder's child that the process belongs to.
    private func place(
        of pid: ProcessID,
        below holding: Set<ProcessID>
    ) -> (holder: ProcessID, root: ProcessID)? {
        var root = pid
        // Texts that were read one after the other may contradict each other: no path is longer than this.
        for _ in 0..<parents.count {
            guard let parent = parents[root], parent.number != 0 else { return nil }
            if holding.contains(parent) { return (parent, root) }
            root = parent
        }
        return nil
    }

    /// nil when its first process ended meanwhile.
    private func usage(of job: Job, at now: Int64) -> JobUsage? {
        guard let started = job.started else { return nil }
        return JobUsage(
            identity: UInt64(UInt32(bitPattern: job.root.number)) << 32 ^ started,
            command: job.command,
            ageNanoseconds: now - Int64(started) * (1_000_000_000 / ticksPerSecond),
            residentBytes: job.pages * pageBytes
        )
    }
}

/// A job while its processes are added up.
private struct Job {
    /// The process that all others descend from.
    let root: ProcessID
    /// When that started, once it has been added.
    private(set) var started: UInt64?
    private(set) var pages = 0
    /// The name of the biggest process.
    private(set) var command = ""
    private var biggest = -1

    init(_ stat: ProcessStat, root: ProcessID) {
        self.root = root
        add(stat)
    }

    mutating func add(_ stat: ProcessStat) {
        if stat.pid == root.number { started = stat.startTime }
        pages += stat.residentPages
        guard stat.residentPages > biggest else { return }
        biggest = stat.residentPages
        command = stat.commandName
    }
}

extension [Job] {
    /// A holder has as many jobs as tokens, so looking for the right one costs little.
    fileprivate mutating func add(_ stat: ProcessStat, toJobOf root: ProcessID) {
        guard let place = firstIndex(where: { $0.root == root }) else {
            return append(Job(stat, root: root))
        }
        self[place].add(stat)
    }
}
