internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

extension Daemon {
    /// Holds to stricter limits as long as a process lives: the peer's own, or that of `pid`.
    func limit(
        _ values: [String: String],
        whileLives pid: Int32?,
        for peer: PeerCredentials
    ) throws(RequestRefusal) {
        guard !values.isEmpty else { throw RequestRefusal(description: "no limit is named") }
        let misfit: String?
        do throws(SettingError) {
            misfit = try settings.tightened(by: values).misfit
        } catch {
            throw RequestRefusal(description: "\(error)")
        }
        if let misfit { throw RequestRefusal(description: misfit) }
        let process = try process(pid, of: peer)
        guard limits.add(values, whileLives: process.pid, at: .now) else {
            throw RequestRefusal(description: "\(LiveLimits.most) limits hold already: no more are taken")
        }
        process.goesOn()
        Log.note("\(Self.text(values)) while PID \(process.pid) lives, by PID \(peer.pid)")
        enforce()
    }

    /// A process has ended: its limits do not hold any more.
    func dropLimits(of pid: Int32) {
        let dropped = limits.ended(pid)
        guard !dropped.isEmpty else { return }
        for entry in dropped { Log.note("\(Self.text(entry.values)) no longer: PID \(pid) has ended") }
        enforce()
    }

    private func process(_ pid: Int32?, of peer: PeerCredentials) throws(RequestRefusal) -> KnownProcess {
        guard peer.pid > 0 else {
            throw RequestRefusal(description: "your process is not visible in the daemon's PID namespace")
        }
        guard let pid else { return try known(peer.pid) }
        // In the namespace of Portage's pid-sandbox, or of a container, the same number means another process.
        guard pid > 0, let own = ProcFS.process(pid, asSeenBy: peer.pid) else {
            throw RequestRefusal(
                description:
                    "process \(pid) of another PID namespace than the daemon's is no ancestor of yours"
            )
        }
        return try known(own)
    }

    private func known(_ pid: Int32) throws(RequestRefusal) -> KnownProcess {
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
