internal import SystemPackage

/// How much memory this process and its children could still get.
package enum MemoryRoom {
    /// MemAvailable, or the room that the control groups leave where that is smaller; nil where /proc does not say.
    package static var availableBytes: Int? {
        guard let machine = try? ProcFS.memoryAvailableBytes() else { return nil }
        let rooms = groupFolders.compactMap(room(ofGroup:))
        return rooms.reduce(machine, min)
    }

    /// What a control group's limit leaves: its page cache can be dropped, so that does not count as used.
    ///
    /// - Returns: bytes, 0 when it is full; nil when it has no limit.
    package static func room(limit: Int?, used: Int?, cache: Int?) -> Int? {
        guard let limit, let used, limit < 1 << 60 else { return nil }
        return max(0, limit - max(0, used - (cache ?? 0)))
    }

    /// The folders of this process' groups and of all groups above them.
    private static var groupFolders: [String] {
        let root = "/sys/fs/cgroup"
        let groups = try? withContents(of: "/proc/self/cgroup", limit: 16384) { (text) throws(Errno) in
            (
                ProcFS.cgroupPath(text, controller: "") ?? "/",
                ProcFS.cgroupPath(text, controller: "memory") ?? "/"
            )
        }
        guard let (unified, memory) = groups else { return [] }
        return CPUCount.above(unified).flatMap { ["\(root)\($0)", "\(root)/unified\($0)"] }
            + CPUCount.above(memory).map { "\(root)/memory\($0)" }
    }

    private static func room(ofGroup folder: String) -> Int? {
        let names = [("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")]
        return names.lazy.compactMap { limit, used in
            room(
                limit: number("\(folder)/\(limit)"),
                used: number("\(folder)/\(used)"),
                cache: cache("\(folder)/memory.stat")
            )
        }.first
    }

    /// The file's number; nil for "max".
    private static func number(_ path: String) -> Int? {
        let read = try? withContents(of: path, limit: 64) { (text) throws(Errno) -> Int? in
            text.integer(at: 0)
        }
        return read ?? nil
    }

    private static func cache(_ path: String) -> Int? {
        let read = try? withContents(of: path, limit: 16384) { (text) throws(Errno) -> Int? in
            guard let start = text.value(ofLine: "inactive_file ") else { return nil }
            return text.integer(at: start)
        }
        return read ?? nil
    }
}
