internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// Limits that hold while a process lives, and who may ask for them.
extension Daemon {
    /// Whether the peer decides for everybody: root, the daemon's own user, and the members of
    /// --control-group.
    func governs(_ peer: PeerCredentials) -> Bool {
        peer.uid == 0 || peer.uid == geteuid() || governors.map(peer.belongs) ?? false
    }

    /// Holds to stricter limits as long as a process lives: the peer's own, or that of `pid`.
    func limit(
        _ values: [String: String],
        whileLives pid: ProcessID?,
        for peer: PeerCredentials
    ) throws(RequestRefusal) {
        guard !values.isEmpty else { throw RequestRefusal(description: "no limit is named") }
        let values = try canonical(values)
        let process = try process(pid, of: peer)
        try expectRight(of: peer, toBind: process)
        let share = governs(peer) ? LiveLimits.most : LiveLimits.share
        guard limits.add(values, whileLives: process.pid, by: peer.uid, most: share, at: .now) else {
            throw RequestRefusal(description: "\(share) limits hold already: no more are taken")
        }
        process.expectExec()
        registry.ledger.stage(limits)
        Log.note(
            "\(Self.text(values)) while PID \(process.pid) lives, by PID \(peer.pid) of user \(peer.uid)",
            causedBy: peer.uid
        )
        enforce()
    }

    /// Lifts the limits that hold while one process lives, or all: those of the peer's user, or everybody's
    /// if the peer governs.
    func drop(_ pid: ProcessID?, for peer: PeerCredentials) throws(RequestRefusal) {
        var number = pid
        if let pid { number = ProcFS.process(pid, asSeenBy: peer.process) ?? pid }
        let dropped = limits.drop(number, of: governs(peer) ? nil : peer.uid)
        guard !dropped.isEmpty else {
            let whose =
                limits.all.contains { number == nil || $0.pid == number } ? "no limit of yours" : "no limit"
            let place = pid.map { " for the life of PID \($0)" } ?? ""
            throw RequestRefusal(description: "\(whose) holds\(place) (stevectl limit --list)")
        }
        registry.ledger.stage(limits)
        for entry in dropped {
            Log.note(
                "\(Self.text(entry.values)) no longer: dropped by PID \(peer.pid) of user \(peer.uid)",
                causedBy: peer.uid
            )
        }
        enforce()
    }

    /// A process has ended: its limits do not hold any more.
    func dropLimits(of pid: ProcessID) {
        let dropped = limits.drop(pid, of: nil)
        guard !dropped.isEmpty else { return }
        registry.ledger.stage(limits)
        for entry in dropped {
            Log.note("\(Self.text(entry.values)) no longer: PID \(pid) has ended", causedBy: entry.user)
        }
        enforce()
    }

    /// The values as the settings print them, once they are known to be sound: other texts may mean the same.
    private func canonical(_ values: [String: String]) throws(RequestRefusal) -> [String: String] {
        let tight: Settings
        let wanted: Settings
        do throws(SettingError) {
            tight = try settings.tightened(by: values)
            wanted = try settings.changing(values)
        } catch {
            throw RequestRefusal(description: "\(error)")
        }
        if let unusable = tight.unusable ?? unmeasurable(wanted, among: values) {
            throw RequestRefusal(description: unusable)
        }
        return wanted.values.filter { values[$0.key] != nil }
    }

    /// A sentence if one of the named limits is one that this machine cannot measure.
    func unmeasurable(_ settings: Settings, among values: [String: String]) -> String? {
        gate.unmeasurable(settings).first { values[$0.setting] != nil }?.sentence
    }

    /// Nobody may tie everybody to the life of a process of somebody else, such as PID 1.
    private func expectRight(of peer: PeerCredentials, toBind process: KnownProcess) throws(RequestRefusal) {
        guard !governs(peer) else { return }
        guard governors == nil else {
            throw RequestRefusal(
                description: "only root and the members of --control-group may limit everybody"
            )
        }
        guard process.user == peer.uid || isBelow(process.pid, peer.process) else {
            throw RequestRefusal(
                description: "process \(process.pid) is neither yours nor a descendant of yours: "
                    + "only root may limit everybody for as long as it lives"
            )
        }
    }

    /// Whether a process descends from another.
    private func isBelow(_ pid: ProcessID, _ ancestor: ProcessID) -> Bool {
        var place = pid
        for _ in 0..<64 where place.number > 1 {
            guard place != ancestor else { return true }
            guard let parent = try? ProcFS.parent(of: place) else { return false }
            place = parent
        }
        return false
    }

    private func process(_ pid: ProcessID?, of peer: PeerCredentials) throws(RequestRefusal) -> KnownProcess {
        guard peer.pid > 0 else {
            throw RequestRefusal(description: "your process is not visible in the daemon's PID namespace")
        }
        guard let pid else { return try known(peer.process) }
        // In the namespace of Portage's pid-sandbox, or of a container, the same number means another
        // process.
        guard pid.number > 0, let own = ProcFS.process(pid, asSeenBy: peer.process) else {
            throw RequestRefusal(
                description:
                    "process \(pid) of another PID namespace than the daemon's is no ancestor of yours"
            )
        }
        return try known(own)
    }

    private func known(_ pid: ProcessID) throws(RequestRefusal) -> KnownProcess {
        // A former process with this pid may have ended since the loop was last asked.
        ended(pid)
        guard let process = server.process(pid) else {
            throw RequestRefusal(description: "there is no process \(pid)")
        }
        return process
    }

    private static func text(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
