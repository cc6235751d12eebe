internal import Glibc
internal import Jobserver
internal import Linux
internal import Wire

extension Daemon: ControlDelegate {
    var greeting: ControlGreeting { ControlGreeting(path: server.path, backend: server.backend) }

    var values: [String: String] { settings.values }

    var report: StatusReport {
        var report = StatusReport(path: server.path, backend: server.backend, limit: inForce.jobs)
        let now = MonotonicTime.now
        report.uptime = now.seconds(since: startedAt)
        // Nobody may have waited, and so nobody looked, for hours.
        lookAgain(at: now)
        server.describe(&report)
        let state = server.gateState
        report.gate = StatusReport.Gate(
            open: !state.isHolding,
            rule: state.rule.rawValue,
            text: state.description
        )
        report.users = users.all.map { pid, hasSlot in
            StatusReport.User(pid: Int(pid), command: registry[pid: pid]?.command ?? "", slot: hasSlot)
        }
        let look = machine.look(at: now, gate.measures)
        report.load = StatusReport.Load(oneMinute: look.load, limit: inForce.loadAverage)
        report.memory = StatusReport.Memory(available: look.availableMebibytes, limit: inForce.minMemoryAvail)
        report.limits = limits.all.map { entry in
            StatusReport.Limit(
                pid: Int(entry.pid),
                command: registry[pid: entry.pid]?.command ?? "",
                since: now.seconds(since: entry.since),
                values: entry.values,
                user: Int(entry.user)
            )
        }
        report.builds = StatusReport.builds(report.holders, report.waiters)
        return report
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
            throw RequestRefusal(description: "your process is not visible in the daemon's PID namespace")
        }
        process.expectExec()
        process.isRegistered = true
        let wants = slot && !users.hasSlot(peer.pid)
        users.registered(peer.pid, hasSlot: slot)
        return wants ? server.charge(process, ticket: ticket) : true
    }

    func withdraw(ticket: UInt32, of peer: PeerCredentials) {
        users.gaveUpSlot(peer.pid)
        server.withdraw(ticket: ticket)
    }
}
