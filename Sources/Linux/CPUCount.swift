internal import CLinux
internal import SystemPackage

/// How many jobs this process could run at once.
package enum CPUCount {
    /// The CPUs that the process may run on, fewer where a control group's quota allows less; at least 1.
    package static var usable: Int {
        let allowed = Int(clinux_affinity_count())
        return usable(allowed: max(allowed, 1), quotas: quotas(root: "/sys/fs/cgroup"))
    }

    /// The rule: a quota of one and a half CPUs keeps two busy, so it counts as two.
    package static func usable(allowed: Int, quotas: [Double]) -> Int {
        let quota = quotas.min()?.rounded(.up) ?? .infinity
        return quota < Double(allowed) ? max(1, Int(quota)) : allowed
    }

    /// Reads `cpu.max` of the unified hierarchy: CPUs, nil for no limit.
    package static func quota(unified text: Span<UInt8>) -> Double? {
        guard let quota: Int64 = text.integer(at: 0), let next = text.field(1, from: 0),
            let period: Int64 = text.integer(at: next)
        else { return nil }
        return ratio(quota, period)
    }

    /// Reads `cpu.cfs_quota_us` and `cpu.cfs_period_us` of the older hierarchy: CPUs, nil for no limit.
    package static func quota(quota: Span<UInt8>, period: Span<UInt8>) -> Double? {
        guard let quota: Int64 = quota.integer(at: 0), let period: Int64 = period.integer(at: 0) else {
            return nil
        }
        return ratio(quota, period)
    }

    private static func ratio(_ quota: Int64, _ period: Int64) -> Double? {
        quota > 0 && period > 0 ? Double(quota) / Double(period) : nil
    }
}

// MARK: - Finding the files

extension CPUCount {
    /// The quotas of this process' groups and of all groups above them, below a mounted hierarchy's root.
    package static func quotas(root: String) -> [Double] {
        let (unified, cpu) = ownGroups()
        return above(unified).flatMap { path in
            ["\(root)\(path)", "\(root)/unified\(path)"].compactMap { unifiedQuota(inFolder: $0) }
        } + above(cpu).compactMap { olderQuota(inFolder: "\(root)/cpu\($0)") }
    }

    /// A group's path and those above it; in a container the own path may lie outside of what is mounted, and
    /// then the container's own group is the mount's root, which comes last.
    package static func above(_ path: String) -> [String] {
        var paths: [String] = []
        var rest = Substring(path)
        while let slash = rest.lastIndex(of: "/") {
            if rest.count > 1 { paths.append(String(rest)) }
            rest = rest[..<slash]
        }
        return paths + [""]
    }

    private static func ownGroups() -> (unified: String, cpu: String) {
        let text = ControlGroups.atStart
        return (
            ProcFS.cgroupPath(text.span, controller: "") ?? "/",
            ProcFS.cgroupPath(text.span, controller: "cpu") ?? "/"
        )
    }

    private static func unifiedQuota(inFolder folder: String) -> Double? {
        let quota = try? withContents(of: "\(folder)/cpu.max", limit: 64) { (text) throws(Errno) in
            self.quota(unified: text)
        }
        return quota ?? nil
    }

    private static func olderQuota(inFolder folder: String) -> Double? {
        guard let quota = try? readWhole("\(folder)/cpu.cfs_quota_us", limit: 64),
            let period = try? readWhole("\(folder)/cpu.cfs_period_us", limit: 64)
        else { return nil }
        return self.quota(quota: quota.span, period: period.span)
    }
}
