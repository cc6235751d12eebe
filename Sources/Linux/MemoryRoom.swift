internal import SystemPackage

/// How much memory this process and its children could still get.
///
/// The control groups are those that the process is in when this is made.
package struct MemoryRoom: Sendable {
    private let groups: [Group]

    /// The room that is left where /proc/self/cgroup says so.
    package init() {
        let own = try? withContents(of: "/proc/self/cgroup", limit: 16384) { (text) throws(Errno) in
            (
                ProcFS.cgroupPath(text, controller: "") ?? "/",
                ProcFS.cgroupPath(text, controller: "memory") ?? "/"
            )
        }
        self.init(root: "/sys/fs/cgroup", unified: own?.0 ?? "/", memory: own?.1 ?? "/")
    }

    /// The room of a group of the unified hierarchy, and of one of the older memory controller, below a mount point of
    /// both.
    package init(root: String, unified: String, memory: String) {
        let folders =
            CPUCount.above(unified).flatMap { ["\(root)\($0)", "\(root)/unified\($0)"] }
            + CPUCount.above(memory).map { "\(root)/memory\($0)" }
        groups = folders.flatMap { folder in
            [
                Group(folder, limit: "memory.max", used: "memory.current", cache: "inactive_file "),
                Group(
                    folder,
                    limit: "memory.limit_in_bytes",
                    used: "memory.usage_in_bytes",
                    cache: "total_inactive_file "
                ),
            ]
        }.filter(\.exists)
    }

    /// MemAvailable, or the room that the control groups leave where that is smaller; nil where /proc does not say.
    package var availableBytes: Int? {
        guard let machine = try? ProcFS.memoryAvailableBytes() else { return nil }
        return groups.reduce(machine) { least, group in min(least, group.room ?? least) }
    }

    /// What a control group's limit leaves: its page cache can be dropped, so that does not count as used.
    ///
    /// - Returns: bytes, 0 when it is full.
    package static func room(limit: Int, used: Int, cache: Int) -> Int {
        max(0, limit - max(0, used - cache))
    }
}

/// The files of one control group.
private struct Group: Sendable {
    private let limit: String
    private let used: String
    private let statistics: String
    private let cacheLabel: StaticString

    init(_ folder: String, limit: String, used: String, cache: StaticString) {
        self.limit = "\(folder)/\(limit)"
        self.used = "\(folder)/\(used)"
        statistics = "\(folder)/memory.stat"
        cacheLabel = cache
    }

    /// Whether there is such a group; the root of all has no limit, and no file for one.
    var exists: Bool { (try? withContents(of: limit, limit: 1) { (_) throws(Errno) in }) != nil }

    /// Bytes that it still may use; nil when it has no limit, which one may be given at any time.
    var room: Int? {
        // The older controller's number for none is the largest that its pages make.
        guard let limit = number(limit), limit < 1 << 60, let used = number(used) else { return nil }
        return MemoryRoom.room(limit: limit, used: used, cache: cache ?? 0)
    }

    /// The file's number; nil for "max".
    private func number(_ path: String) -> Int? {
        let read = try? withContents(of: path, limit: 64) { (text) throws(Errno) -> Int? in
            text.integer(at: 0)
        }
        return read ?? nil
    }

    /// Pages of files that nobody has used for a while.
    private var cache: Int? {
        let read = try? withContents(of: statistics, limit: 16384) { (text) throws(Errno) -> Int? in
            text.value(ofLine: cacheLabel).flatMap { text.integer(at: $0) }
        }
        return read ?? nil
    }
}
