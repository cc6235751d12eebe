internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Linux
internal import Wire

/// The daemon's reports.
///
/// What a process is, they tell only to peers to whom /proc would show it: a command line may have a password
/// in it.
extension Daemon {
    var report: StatusReport {
        var report = StatusReport(path: server.path, backend: server.backend, limit: inForce.jobs)
        let now = MonotonicTime.now
        report.uptime = now.seconds(since: startedAt)
        report.confinement = confinement
        report.takeovers = takeovers(at: now)
        report.orphan = isOrphan ? Int(getpid()) : nil
        // Nobody may have waited, and so nobody looked, for hours.
        lookAgain(at: now)
        server.describe(&report)
        let state = server.gateState
        report.gate = StatusReport.Gate(
            open: !state.isHolding,
            rule: state.rule.rawValue,
            text: state.description
        )
        report.users = users.all.map { pid in
            let process = registry[pid: pid]
            return StatusReport.User(
                pid: Int(pid.number),
                command: process?.command ?? "",
                slot: process?.slot != nil
            )
        }
        let look = machine.look(at: now, gate.measures)
        report.load = StatusReport.Load(oneMinute: look.load, limit: inForce.loadAverage)
        report.memory = StatusReport.Memory(available: look.availableMebibytes, limit: memoryFloor)
        report.limits = limits.all.map { entry in
            StatusReport.Limit(
                pid: Int(entry.pid.number),
                command: registry[pid: entry.pid]?.command ?? "",
                since: now.seconds(since: entry.since),
                values: entry.values,
                user: Int(entry.user)
            )
        }
        describeBuilds(&report)
        return report
    }

    /// The builds of the processes that hold, wait or lend, and how they were found.
    private func describeBuilds(_ report: inout StatusReport) {
        report.builds = StatusReport.builds(report.holders, report.waiters, report.lenders)
        for index in report.builds.indices {
            let label = report.builds[index].label
            let identity = label.flatMap(registry.identity)
            report.builds[index].identity = identity == label ? nil : identity
        }
    }

    /// MiB that are to stay available; nil: no limit.
    private var memoryFloor: Double? {
        guard let floor = inForce.minMemoryAvail else { return nil }
        return floor.mebibytes(ofBytes: (try? gate.measures.room.total()) ?? 0)
    }

    /// The status as this peer may see it.
    func report(for peer: PeerCredentials) -> StatusReport {
        var report = report
        guard hides(from: peer) else { return report }
        for index in report.holders.indices where isForeign(report.holders[index].pid, to: peer) {
            report.holders[index].command = Self.hidden
            report.holders[index].build = Self.hidden
        }
        for index in report.waiters.indices where isForeign(report.waiters[index].pid, to: peer) {
            report.waiters[index].command = Self.hidden
            report.waiters[index].build = Self.hidden
        }
        report.lenders = report.lenders?.map { lender in
            guard isForeign(lender.pid, to: peer) else { return lender }
            return StatusReport.Lender(pid: lender.pid, command: Self.hidden, build: Self.hidden)
        }
        for index in report.users.indices where isForeign(report.users[index].pid, to: peer) {
            report.users[index].command = Self.hidden
        }
        for index in report.limits.indices where isForeign(report.limits[index].pid, to: peer) {
            report.limits[index].command = Self.hidden
        }
        describeBuilds(&report)
        return report
    }

    /// The processes with these numbers, if remembered, as this peer may see them.
    func processes(_ numbers: [Int], for peer: PeerCredentials) -> [TraceProcess] {
        let hides = hides(from: peer)
        return numbers.prefix(TraceProcess.limit).compactMap { number in
            guard let (process, user) = registry.process(ofNumber: number) else { return nil }
            guard hides, user != peer.uid else { return process }
            return TraceProcess(number: number, pid: process.pid, build: Self.hidden, command: Self.hidden)
        }
    }

    /// The learnt sizes of jobs, the largest first.
    func sizes(for peer: PeerCredentials) throws(RequestRefusal) -> [JobSize] {
        guard !hides(from: peer) else {
            throw RequestRefusal(
                description: "what others run is hidden from you (hidepid), and so is what it uses"
            )
        }
        let mebibyte = 1_048_576.0
        return gate.sizes.entries
            .map { entry in
                JobSize(
                    package: entry.kind.package,
                    command: entry.kind.command,
                    jobs: entry.peaks.count,
                    expected: Double(entry.expected) / mebibyte,
                    largest: Double(entry.peaks.largest) / mebibyte
                )
            }
            .sorted { ($0.largest, $0.expected) > ($1.largest, $1.expected) }
    }

    func forgetSizes(for peer: PeerCredentials) throws(RequestRefusal) {
        guard governs(peer) else {
            throw RequestRefusal(description: "only who may change settings may drop what was learnt of jobs")
        }
        gate.sizes.forget()
        sizeStore?.keep(gate.sizes, at: .now, isLast: true)
        Log.note("the sizes of jobs are forgotten, by PID \(peer.pid) of user \(peer.uid)")
    }

    private static let hidden = "(another user's, which hidepid hides)"

    private func hides(from peer: PeerCredentials) -> Bool {
        hiding.isOn && peer.uid != 0 && !(hiding.group.map(peer.belongs) ?? false)
    }

    private func isForeign(_ pid: Int, to peer: PeerCredentials) -> Bool {
        registry[pid: ProcessID(Int32(clamping: pid))]?.user != peer.uid
    }
}
