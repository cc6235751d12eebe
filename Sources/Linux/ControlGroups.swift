internal import Glibc
internal import SystemPackage

/// The control groups of this process.
package enum ControlGroups {
    /// The first content of /proc/self/cgroup: the groups of the process that started this one, if read
    /// before `leave`; forked processes inherit it.
    package static let atStart = (try? readWhole("/proc/self/cgroup", limit: 16384)) ?? []

    /// Leaves the groups of the process that started this one, as far as allowed: for the root of each
    /// mounted hierarchy, otherwise a group of its own there, otherwise one further down.
    ///
    /// So neither their quota nor their end concerns this process.
    package static func leave() {
        let mounts = mounts(inMountInfo: text("/proc/self/mountinfo"))
        let own = ProcFS.unifiedCgroup(text("/proc/self/cgroup"))
        for mount in mounts {
            let above = mount.isUnified ? CPUCount.above(own).reversed().dropLast() : [""]
            for group in above where enter(mount.path + group) { break }
        }
    }

    /// Where a hierarchy is mounted.
    package struct Mount: Equatable, Sendable {
        package let path: String
        package let isUnified: Bool

        package init(path: String, isUnified: Bool) {
            self.path = path
            self.isUnified = isUnified
        }
    }

    /// The hierarchies in the text of /proc/PID/mountinfo.
    package static func mounts(inMountInfo text: String) -> [Mount] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map(String.init)
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, dash > 4 else { return nil }
            let kind = fields[dash + 1]
            guard kind == "cgroup" || kind == "cgroup2" else { return nil }
            return Mount(path: fields[4], isUnified: kind == "cgroup2")
        }
    }

    /// Enters the group, or one below it: beside groups with controllers of their own no process may be.
    private static func enter(_ group: String) -> Bool {
        if move(to: group) { return true }
        let own = group + "/steve"
        // Safe: the path is lent for the call.
        let isNew = unsafe mkdir(own, 0o755) == 0
        if move(to: own) { return true }
        // Safe: as above.
        if isNew { _ = unsafe rmdir(own) }
        return false
    }

    private static func move(to group: String) -> Bool {
        // Safe: the path is lent for the call.
        let raw = unsafe open(group + "/cgroup.procs", O_WRONLY | O_CLOEXEC)
        guard raw != -1 else { return false }
        let file = Descriptor(owning: raw)
        return (try? file.file.writeAll("0\n".utf8)) != nil
    }

    private static func text(_ path: String) -> String {
        String(decoding: (try? readWhole(path, limit: 1 << 20)) ?? [], as: UTF8.self)
    }
}
