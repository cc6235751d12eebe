/// Who is at the other end of a socket, as the kernel saw it when they connected.
package struct PeerCredentials: Hashable, Sendable {
    /// 0 for a process that this one's PID namespace does not contain.
    package let pid: Int32
    package let uid: UInt32
    package let gid: UInt32
    /// The supplementary groups, as far as they are known.
    package let groups: [UInt32]

    package init(pid: Int32, uid: UInt32, gid: UInt32, groups: [UInt32] = []) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }

    /// Whether it was a member of the group.
    package func belongs(to group: UInt32) -> Bool { gid == group || groups.contains(group) }
}
