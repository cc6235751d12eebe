/// Whether /proc hides other users' processes, by its mount option hidepid.
package struct ProcHiding: Equatable, Sendable {
    /// With it a user other than root sees only the command lines of that user's processes.
    package let isOn: Bool
    /// Members of this group see everything all the same.
    package let group: UInt32?

    /// How /proc is mounted for this process; unreadable means hidden.
    package init() {
        let text = try? readWhole("/proc/self/mountinfo", limit: 4 << 20)
        self =
            text.map { Self(mountinfo: String(decoding: $0, as: UTF8.self)) } ?? Self(isOn: true, group: nil)
    }

    private init(isOn: Bool, group: UInt32?) {
        self.isOn = isOn
        self.group = group
    }

    /// Reads what /proc/self/mountinfo says: of several mounts on /proc the last counts.
    package init(mountinfo: String) {
        var (isOn, group) = (false, UInt32?.none)
        for line in mountinfo.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 4, words[4] == "/proc", let last = words.last else { continue }
            (isOn, group) = (false, nil)
            for option in last.split(separator: ",") {
                if option.hasPrefix("hidepid=") { isOn = !["0", "off"].contains(option.dropFirst(8)) }
                if option.hasPrefix("gid=") { group = UInt32(option.dropFirst(4)) }
            }
        }
        self.init(isOn: isOn, group: group)
    }
}
