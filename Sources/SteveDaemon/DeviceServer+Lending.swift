internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Linux

/// Which processes have a slot to lend: without this rule bytes of many sleepers would make a pool of their
/// own.
extension DeviceServer {
    /// Whether a write that stands for no token is its caller's implicit slot.
    ///
    /// `process` is the caller; nil: the kernel cannot name it.
    /// Root and the daemon's own user are believed. Any other process has a slot if a wrapper registered it,
    /// or if it descends from one that is registered or holds tokens, as a cargo below make does.
    func mayLend(_ process: KnownProcess?, _ file: FileID, at now: MonotonicTime) -> Bool {
        guard let process else {
            let user = handles[Int(file.index)]?.user
            return user == 0 || user == geteuid()
        }
        if process.user == 0 || process.user == geteuid() || process.isRegistered { return true }
        // Its own token comes back, so this is no loan.
        if pool.holds(process.client) { return false }
        if let time = process.hasNoSlotUntil, now < time { return false }
        if descendsFromSlot(process) { return true }
        process.hasNoSlotUntil = now + Self.memoryNanoseconds
        return false
    }

    /// A process that writes again and again does not cause a search of /proc each time.
    private static let memoryNanoseconds: Int64 = 1_000_000_000

    private func descendsFromSlot(_ process: KnownProcess) -> Bool {
        var place = process.parent
        for _ in 0..<64 {
            guard let pid = place, pid.number > 1 else { return false }
            if let ancestor = registry[pid: pid], ancestor.isRegistered || pool.holds(ancestor.client) {
                return true
            }
            place = try? ProcFS.parent(of: pid)
        }
        return false
    }
}
