internal import Glibc
internal import Jobserver
internal import Linux

/// Who is whose parent on this machine, and so what the holders of tokens have running.
///
/// Looked at for a sample of the memory rule only. A stat file costs 15 microseconds and a machine has hundreds of
/// processes, so between two looks only those are read that are new, have lost their parent, or belong to a holder.
struct ProcessTrees {
    /// By process its parent, at the last look.
    private var parents: [Int32: Int32] = [:]
    private var lastLook: Int64 = 0
    private let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
    private let pageBytes = sysconf(Int32(_SC_PAGESIZE))

    /// No kernel comes round to a number again within so long (32,768 of them at the least).
    private static let memoryNanoseconds: Int64 = 2_000_000_000

    /// What each holder's jobs use: its children with all that hangs below them.
    ///
    /// A child that holds tokens itself answers for what hangs below it. A holder that has ended is left out.
    mutating func usage(of holders: [(pid: Int32, tokens: Int)]) -> [HolderUsage] {
        let now = BootClock.nowNanoseconds
        look(at: now)
        let holding = Set(holders.map(\.pid))
        var jobs: [Int32: Job] = [:]
        var rootsByHolder: [Int32: [Int32]] = [:]
        for pid in parents.keys.sorted() {
            guard place(of: pid, below: holding) != nil, let stat = try? ProcFS.stat(of: pid) else {
                continue
            }
            // What a zombie left behind has another parent already, though the zombie is still there.
            parents[pid] = stat.parent
            guard let (holder, root) = place(of: pid, below: holding) else { continue }
            if jobs[root] == nil { rootsByHolder[holder, default: []].append(root) }
            jobs[root, default: Job()].add(stat, isRoot: pid == root)
        }
        return holders.compactMap { holder in
            guard parents[holder.pid] != nil else { return nil }
            var roots = rootsByHolder[holder.pid, default: []]
            if roots.isEmpty, let stat = try? ProcFS.stat(of: holder.pid) {
                roots = [holder.pid]
                jobs[holder.pid, default: Job()].add(stat, isRoot: true)
            }
            return HolderUsage(
                tokens: holder.tokens,
                jobs: roots.sorted().compactMap { root in jobs[root].flatMap { usage(of: $0, at: now) } }
            )
        }
    }

    /// Learns of the processes that came and went.
    private mutating func look(at now: Int64) {
        let known = now - lastLook < Self.memoryNanoseconds ? parents : [:]
        lastLook = now
        let pids = ((try? entries(ofDirectory: "/proc")) ?? []).compactMap { Int32($0) }
        parents.removeAll(keepingCapacity: true)
        for pid in pids { parents[pid] = known[pid] ?? -1 }
        for pid in pids {
            // Nobody is the parent of the first process, and of a container's processes that came from outside.
            if let parent = parents[pid], parent == 0 || parents[parent] != nil { continue }
            parents[pid] = (try? ProcFS.stat(of: pid))?.parent
        }
    }

    /// The nearest holder above a process, and the holder's child that the process belongs to.
    private func place(of pid: Int32, below holding: Set<Int32>) -> (holder: Int32, root: Int32)? {
        var root = pid
        // Texts that were read one after the other may contradict each other: no path is longer than this.
        for _ in 0..<parents.count {
            guard let parent = parents[root], parent != 0 else { return nil }
            if holding.contains(parent) { return (parent, root) }
            root = parent
        }
        return nil
    }

    private func usage(of job: Job, at now: Int64) -> JobUsage? {
        guard let root = job.root else { return nil }
        return JobUsage(
            identity: UInt64(UInt32(bitPattern: root.pid)) << 32 ^ root.startTime,
            command: job.command,
            ageNanoseconds: now - Int64(root.startTime) * (1_000_000_000 / ticksPerSecond),
            residentBytes: job.pages * pageBytes
        )
    }
}

/// A job while its processes are added up.
private struct Job {
    /// The process that all others descend from; nil when it ended meanwhile.
    var root: ProcessIdentity?
    var pages = 0
    /// The name of the biggest process.
    var command = ""
    private var biggest = -1

    mutating func add(_ stat: ProcessStat, isRoot: Bool) {
        if isRoot { root = stat.identity }
        pages += stat.residentPages
        guard stat.residentPages > biggest else { return }
        biggest = stat.residentPages
        command = stat.commandName
    }
}
