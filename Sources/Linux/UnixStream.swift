internal import CLinux
internal import Glibc
package import SystemPackage

/// One end of a local connection.
///
/// Only the connecting itself ever waits.
package struct UnixStream: ~Copyable {
    private let descriptor: Descriptor

    /// Takes over a connected, non-blocking socket.
    package init(owning descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Connects with the listener at the path: ENOENT when there is no socket, ECONNREFUSED when nobody
    /// listens on it, ETIMEDOUT when the listener's queue stays full for too long.
    ///
    /// The corresponding C function is `connect`.
    package init(connectingTo path: String, patienceMilliseconds: Int32 = 1000) throws(Errno) {
        do throws(Errno) {
            // Safe: the path is lent for the call.
            let raw = try check(unsafe clinux_unix_connect(path, patienceMilliseconds))
            self.init(owning: Descriptor(owning: raw))
        } catch {
            throw error == .resourceTemporarilyUnavailable ? .timedOut : error
        }
    }

    /// The number to watch.
    package var raw: CInt { descriptor.raw }

    /// Who is at the other end.
    ///
    /// The corresponding C function is `getsockopt` with SO_PEERCRED and SO_PEERGROUPS.
    package func peer() throws(Errno) -> PeerCredentials {
        var pid: pid_t = 0
        var uid: uid_t = 0
        var gid: gid_t = 0
        // Safe: the three are on this stack frame.
        _ = try check(unsafe clinux_peer(descriptor.raw, &pid, &uid, &gid))
        return PeerCredentials(pid: pid, uid: uid, gid: gid, groups: peerGroups)
    }

    /// The most groups that a peer may be in; a peer in more counts as being in none of them.
    private static let mostGroups = 1_024

    private var peerGroups: [UInt32] {
        // Safe: the memory is ours until the closure ends, and only what the kernel wrote is taken from it.
        unsafe withUnsafeTemporaryAllocation(of: gid_t.self, capacity: Self.mostGroups) { space in
            let count = unsafe clinux_peer_groups(descriptor.raw, space.baseAddress, CInt(space.count))
            return count > 0 ? unsafe Array(space[..<Int(count)]) : []
        }
    }

    /// Whether the process that connected has ended, even if another process has the connection now; nil if
    /// the kernel cannot say.
    package var peerHasEnded: Bool? {
        do throws(Errno) {
            return try heldPeer().hasEnded
        } catch {
            return error == .noSuchProcess ? true : nil
        }
    }

    /// The other end's process, as `peer` names it: ESRCH when that has ended.
    ///
    /// On a kernel before 6.5, which cannot say, it is the process that has the pid now.
    package func peerProcess() throws(Errno) -> ProcessDescriptor {
        do throws(Errno) {
            return try heldPeer()
        } catch {
            guard error != .noSuchProcess else { throw error }
            let pid = try peer().pid
            guard pid > 0 else { throw error }
            return try ProcessDescriptor(pid)
        }
    }

    /// The corresponding C function is `getsockopt` with SO_PEERPIDFD.
    private func heldPeer() throws(Errno) -> ProcessDescriptor {
        let raw = clinux_peer_pidfd(descriptor.raw)
        guard raw == -1 else { return ProcessDescriptor(owning: Descriptor(owning: raw)) }
        throw errno == EINVAL ? .noSuchProcess : Errno(rawValue: errno)
    }

    /// Appends what has arrived, `limit` bytes at most, and returns how many: 0 when the other end is done,
    /// nil when nothing waits.
    ///
    /// The corresponding C function is `recv`.
    package func read(into buffer: inout [UInt8], limit: Int = 4096) throws(Errno) -> Int? {
        // Safe: the memory is ours until the closure ends, and only what was received is taken from it.
        try unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) { (space) throws(Errno) in
            let count = try unlessItWouldWait {
                unsafe recv(descriptor.raw, space.baseAddress, space.count, 0)
            }
            if let count { unsafe buffer.append(contentsOf: space[..<count]) }
            return count
        }
    }

    /// Sends as much as fits now and returns how much that was, 0 when nothing did; EPIPE when the other end
    /// is gone, never a signal.
    ///
    /// The corresponding C function is `send`.
    package func write(_ bytes: ArraySlice<UInt8>) throws(Errno) -> Int {
        // Safe: the slice is lent for the call.
        try unsafe bytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
            try unlessItWouldWait {
                unsafe send(descriptor.raw, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
            } ?? 0
        }
    }
}

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
