internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

extension Daemon: ControlDelegate {
    var greeting: ControlGreeting { ControlGreeting(path: server.path, backend: server.backend) }

    var values: [String: String] { settings.values }

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
                pid: Int(pid),
                command: process?.command ?? "",
                slot: process?.slot != nil
            )
        }
        let look = machine.look(at: now, gate.measures)
        report.load = StatusReport.Load(oneMinute: look.load, limit: inForce.loadAverage)
        report.memory = StatusReport.Memory(available: look.availableMebibytes, limit: memoryFloor)
        report.limits = limits.all.map { entry in
            StatusReport.Limit(
                pid: Int(entry.pid),
                command: registry[pid: entry.pid]?.command ?? "",
                since: now.seconds(since: entry.since),
                values: entry.values,
                user: Int(entry.user)
            )
        }
        describeBuilds(&report)
        return report
    }

    /// The builds of those who hold, want or lend, and what they were found by.
    func describeBuilds(_ report: inout StatusReport) {
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

    func set(
        _ values: [String: String],
        for peer: PeerCredentials
    ) throws(RequestRefusal) -> (old: [String: String], new: [String: String]) {
        guard governs(peer) else {
            Log.note(
                "user \(peer.uid) (PID \(peer.pid)) may not change settings: refused",
                causedBy: peer.uid
            )
            let members = governors == nil ? "" : ", and the members of --control-group,"
            throw RequestRefusal(
                description: "only root and the daemon's own user\(members) may change settings"
            )
        }
        let changed: Settings
        do throws(SettingError) {
            changed = try settings.changing(values)
        } catch {
            throw RequestRefusal(description: "\(error)")
        }
        if let unusable = changed.unusable ?? unmeasurable(changed, among: values) {
            throw RequestRefusal(description: unusable)
        }
        let old = settings.values.filter { values.keys.contains($0.key) }
        apply(changed)
        let new = settings.values.filter { values.keys.contains($0.key) }
        for (name, text) in new.sorted(by: { $0.key < $1.key }) {
            Log.note("\(name): \(old[name] ?? "") -> \(text), by PID \(peer.pid) of user \(peer.uid)")
        }
        return (old, new)
    }

    func register(_ peer: PeerCredentials, slot: Bool, ticket: UInt32) throws(RequestRefusal) -> Bool {
        // A former process with this pid may have ended since the loop was last asked.
        ended(peer.pid)
        guard peer.pid > 0, let process = server.process(peer.pid) else {
            throw RequestRefusal(watching: peer.pid > 0 ? registry.refusal : .noSuchProcess)
        }
        process.expectExec()
        process.isRegistered = true
        users.registered(peer.pid)
        if !slot || !process.waitsForSlot {
            let wants = slot && process.slot == nil && !runsInSlot(peer.pid)
            registry.ledger.stage(user: process, hasSlot: wants || process.slot != nil)
            server.book()
            if !wants || server.charge(process) { return true }
        }
        users.waits(peer.pid, ticket)
        return false
    }

    /// Whether an ancestor is a user with a slot: then this process is what it does with that.
    ///
    /// The environment says so too, but sudo, su and many a build tool begin a new one: to wait for a second
    /// slot would be to wait for oneself.
    private func runsInSlot(_ pid: Int32) -> Bool {
        var ancestor = pid
        for _ in 0..<Self.ancestorLimit {
            guard let parent = try? ProcFS.parent(of: ancestor), parent > 0 else { return false }
            if registry[pid: parent]?.slot != nil {
                ended(parent)
                if registry[pid: parent]?.slot != nil { return true }
            }
            ancestor = parent
        }
        return false
    }

    /// Deeper than anything nests.
    private static let ancestorLimit = 256

    func withdraw(ticket: UInt32, of peer: PeerCredentials) {
        guard users.withdrew(peer.pid, ticket), let process = registry[pid: peer.pid] else { return }
        registry.ledger.stage(user: process, hasSlot: false)
        server.withdraw(process)
        server.book()
    }
}

extension RequestRefusal {
    /// Says why the process that asks cannot be watched.
    init(watching errno: Errno) {
        description =
            switch errno {
            case .noSuchProcess, .invalidArgument:
                "your process is not visible in the daemon's PID namespace"
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
                "the daemon has no descriptor left to watch your process with (start it with a higher ulimit -n)"
            default: "the daemon cannot watch your process: \(errno)"
            }
    }
}
