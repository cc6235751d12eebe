internal import Glibc
internal import Jobserver
internal import Linux

/// All processes of the machine as they are now, by parent: what the holders of tokens have running.
///
/// Reads every /proc/PID/stat once, so it is made at a sample and for the memory rule only.
struct ProcessTrees {
    private var processes: [Int32: ProcessStat] = [:]
    private var children: [Int32: [Int32]] = [:]
    private let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
    private let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    /// Nanoseconds since boot, as start times count.
    private let now: Int64

    init() {
        now = BootClock.nowNanoseconds
        for name in (try? entries(ofDirectory: "/proc")) ?? [] {
            guard let pid = Int32(name), let stat = try? ProcFS.stat(of: pid) else { continue }
            processes[pid] = stat
            children[stat.parent, default: []].append(pid)
        }
    }

    /// What each holder's jobs use: its children with all that hangs below them.
    ///
    /// A child that holds tokens itself answers for what hangs below it.
    func usage(of holders: [(pid: Int32, tokens: Int)]) -> [HolderUsage] {
        let holding = Set(holders.map(\.pid))
        return holders.compactMap { holder in
            guard processes[holder.pid] != nil else { return nil }
            let roots = children[holder.pid] ?? [holder.pid]
            return HolderUsage(tokens: holder.tokens, jobs: roots.compactMap { job($0, holding) })
        }
    }

    private func job(_ root: Int32, _ holding: Set<Int32>) -> JobUsage? {
        guard let stat = processes[root] else { return nil }
        var sum = 0
        var biggest = stat
        var open = [root]
        while let pid = open.popLast() {
            guard let member = processes[pid] else { continue }
            sum += member.residentPages * pageBytes
            if member.residentPages > biggest.residentPages { biggest = member }
            guard pid == root ? !holding.contains(pid) : true else { continue }
            open += (children[pid] ?? []).filter { !holding.contains($0) }
        }
        return JobUsage(
            identity: UInt64(UInt32(bitPattern: root)) << 32 ^ stat.startTime,
            command: biggest.commandName,
            ageNanoseconds: now - Int64(stat.startTime) * (1_000_000_000 / ticksPerSecond),
            residentBytes: sum
        )
    }
}
