package import SystemPackage

/// How much memory this process and its children could still get.
///
/// The control groups are those that this process was started in.
package struct MemoryRoom: Sendable {
    private let groups: [Group]
    private let machine: Result<HeldFile, Errno>

    /// The room that is left where /proc/self/cgroup said so at the start.
    package init() {
        let text = ControlGroups.atStart
        self.init(
            root: "/sys/fs/cgroup",
            unified: ProcFS.cgroupPath(text.span, controller: "") ?? "/",
            memory: ProcFS.cgroupPath(text.span, controller: "memory") ?? "/"
        )
    }

    /// The room of a group of the unified hierarchy, and of one of the older memory controller, below a mount
    /// point of both.
    package init(root: String, unified: String, memory: String) {
        do throws(Errno) {
            machine = .success(try HeldFile("/proc/meminfo"))
        } catch {
            machine = .failure(error)
        }
        let folders =
            CPUCount.above(unified).flatMap { ["\(root)\($0)", "\(root)/unified\($0)"] }
            + CPUCount.above(memory).map { "\(root)/memory\($0)" }
        groups = folders.flatMap { folder in
            let groups = [
                Group(folder, limit: "memory.max", used: "memory.current", cache: "inactive_file "),
                Group(
                    folder,
                    limit: "memory.limit_in_bytes",
                    used: "memory.usage_in_bytes",
                    cache: "total_inactive_file "
                ),
            ]
            return groups.compactMap(\.self)
        }
    }

    /// MemAvailable, or what the control groups leave if that is smaller.
    package func available() throws(Errno) -> Int {
        let machine = try ProcFS.memoryAvailableBytes(try machine.get())
        return groups.reduce(machine) { least, group in min(least, group.room ?? least) }
    }

    /// All memory of the machine, or what the control groups allow if that is less.
    package func total() throws(Errno) -> Int {
        let machine = try ProcFS.memoryTotalBytes()
        return groups.reduce(machine) { least, group in min(least, group.most ?? least) }
    }

    /// Whether /proc of this machine does not say how much is available.
    package var isUnmeasured: Bool {
        do throws(Errno) {
            _ = try available()
            return false
        } catch {
            return error == .noSuchFileOrDirectory || error == .badMessage
        }
    }

    /// What a control group's limit leaves: its page cache can be dropped, so that does not count as used.
    ///
    /// - Returns: bytes, 0 when it is full.
    package static func room(limit: Int, used: Int, cache: Int) -> Int {
        max(0, limit - max(0, used - cache))
    }
}

/// The files of one control group, held open.
private struct Group: Sendable {
    private let limit: HeldFile
    private let used: HeldFile
    private let statistics: HeldFile?
    private let cacheLabel: StaticString

    /// nil where there is no such group; the root of all has no limit, and no file for one.
    init?(_ folder: String, limit: String, used: String, cache: StaticString) {
        guard let limit = try? HeldFile("\(folder)/\(limit)"), let used = try? HeldFile("\(folder)/\(used)")
        else { return nil }
        self.limit = limit
        self.used = used
        statistics = try? HeldFile("\(folder)/memory.stat")
        cacheLabel = cache
    }

    /// Bytes that the group may use in all; nil when it has no limit, though one may be set at any time.
    var most: Int? {
        // The older controller's number for none is the largest that its pages make.
        number(limit).flatMap { $0 < 1 << 60 ? $0 : nil }
    }

    /// Bytes that it still may use; nil when it has no limit.
    var room: Int? {
        guard let limit = most, let used = number(used) else { return nil }
        return MemoryRoom.room(limit: limit, used: used, cache: cache ?? 0)
    }

    /// The file's number; nil for "max".
    private func number(_ file: HeldFile) -> Int? {
        let read = try? file.withContents(limit: 64) { (text) throws(Errno) -> Int? in text.integer(at: 0) }
        return read ?? nil
    }

    /// Pages of files that nobody has used for a while.
    private var cache: Int? {
        let read = try? statistics?.withContents(limit: 16384) { (text) throws(Errno) -> Int? in
            text.value(ofLine: cacheLabel).flatMap { text.integer(at: $0) }
        }
        return read ?? nil
    }
}
