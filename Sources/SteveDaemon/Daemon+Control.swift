internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// The requests on the control socket, and their answers.
extension Daemon {
    /// Does what a peer asks, and answers it.
    func answer(
        _ request: ControlRequest,
        of number: PeerID,
        _ peer: PeerCredentials,
        _ control: ControlServer
    ) {
        let id = request.id
        func tell(_ answer: some ControlAnswering) { control.answer(number, ControlReply(id, answer)) }
        do throws(RequestRefusal) {
            switch request.action {
            // The socket's own: it has told the peer to wait.
            case .watch: break
            case .ping: tell(ControlAnswer.Done())
            case .status: tell(ControlAnswer.Status(report(for: peer)))
            case .get: tell(ControlAnswer.Values(settings.values))
            case .set(let values):
                let change = try set(values, for: peer)
                tell(ControlAnswer.Change(old: change.old, new: change.new))
            case .limit(let values, let pid):
                try limit(values, whileLives: pid.map(ProcessID.init), for: peer)
                tell(ControlAnswer.Done())
            case .drop(let pid):
                try drop(pid.map(ProcessID.init), for: peer)
                tell(ControlAnswer.Done())
            case .trace(let last): tell(ControlAnswer.Trace(trace(last: last)))
            case .events(let after, let until):
                tell(ControlAnswer.Events(events(after: after, until: until)))
            case .processes(let numbers): tell(ControlAnswer.Processes(processes(numbers, for: peer)))
            case .sizes(let forget):
                if forget { try forgetSizes(for: peer) }
                tell(ControlAnswer.Sizes(try sizes(for: peer)))
            case .register(let slot):
                if try register(peer, slot: slot, number) {
                    control.register(number, id)
                } else if !control.awaitSlot(number, id) {
                    withdraw(number, peer)
                }
            }
        } catch {
            control.answer(number, .failed(id, error.description))
        }
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

    /// Makes the peer's process a user, which is charged a token for its slot, once.
    ///
    /// False: that token is still to come.
    private func register(
        _ peer: PeerCredentials,
        slot: Bool,
        _ number: PeerID
    ) throws(RequestRefusal) -> Bool {
        // A former process with this pid may have ended since the loop was last asked.
        ended(peer.process)
        guard peer.pid > 0, let process = server.process(peer.process) else {
            throw RequestRefusal(watching: peer.pid > 0 ? registry.refusal : .noSuchProcess)
        }
        process.expectExec()
        process.isRegistered = true
        users.registered(peer.process)
        if !slot || !process.waitsForSlot {
            let wants = slot && process.slot == nil && !runsInSlot(peer.process)
            registry.ledger.stage(user: process, hasSlot: wants || process.slot != nil)
            server.book()
            if !wants || server.charge(process) { return true }
        }
        users.waits(peer.process, number)
        return false
    }

    /// Whether an ancestor is a user with a slot: then this process is what that one does in its slot.
    ///
    /// The environment shows this too, but sudo, su and many a build tool begin a new one. To wait for a
    /// second slot would be to wait for oneself.
    private func runsInSlot(_ pid: ProcessID) -> Bool {
        var ancestor = pid
        for _ in 0..<Self.ancestorLimit {
            guard let parent = try? ProcFS.parent(of: ancestor), parent.number > 0 else { return false }
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

    /// A connection that waited for its process' slot has gone.
    func withdraw(_ number: PeerID, _ peer: PeerCredentials) {
        guard users.withdrew(peer.process, number), let process = registry[pid: peer.process] else { return }
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
