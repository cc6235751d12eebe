internal import Linux
internal import Wire

/// What a process is, told only to whom /proc would tell it: there may be a password in a command line.
extension Daemon {
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
        for index in report.users.indices where isForeign(report.users[index].pid, to: peer) {
            report.users[index].command = Self.hidden
        }
        for index in report.limits.indices where isForeign(report.limits[index].pid, to: peer) {
            report.limits[index].command = Self.hidden
        }
        report.builds = StatusReport.builds(report.holders, report.waiters)
        return report
    }

    /// Who these numbers are, as far as that is remembered, as this peer may see it.
    func processes(_ numbers: [Int], for peer: PeerCredentials) -> [TraceProcess] {
        let hides = hides(from: peer)
        return numbers.prefix(TraceProcess.limit).compactMap { number in
            guard let (process, user) = registry.process(ofNumber: number) else { return nil }
            guard hides, user != peer.uid else { return process }
            return TraceProcess(number: number, pid: process.pid, build: Self.hidden, command: Self.hidden)
        }
    }

    private static let hidden = "(another user's, which hidepid hides)"

    private func hides(from peer: PeerCredentials) -> Bool {
        hiding.isOn && peer.uid != 0 && !(hiding.group.map(peer.belongs) ?? false)
    }

    private func isForeign(_ pid: Int, to peer: PeerCredentials) -> Bool {
        registry[pid: Int32(clamping: pid)]?.user != peer.uid
    }
}
