internal import CLinux
internal import Glibc

/// The user of this process, and which users it trusts.
package enum User {
    /// This process' user as the kernel has it, whatever a preloaded library (fakeroot) makes of it.
    ///
    /// The corresponding C function is `geteuid`.
    package static var effective: UInt32 { clinux_effective_user() }

    /// The number of this user outside of its user namespace: a root of the namespace is no root there.
    package static var outside: UInt32 {
        let own = effective
        let outside = try? withContents(of: "/proc/self/uid_map", limit: 4096) { number(of: own, inMap: $0) }
        return outside ?? own
    }

    /// Whether files can be given to the group: a user namespace has few.
    package static func has(group: UInt32) -> Bool {
        // Without /proc nothing is known against it.
        (try? withContents(of: "/proc/self/gid_map", limit: 4096) { number(of: group, inMap: $0) != nil })
            ?? true
    }

    /// Whether what that user made or says may be relied on: it is root or this process' own.
    package static func trusts(_ user: UInt32) -> Bool { user == 0 || user == effective }

    /// Whether the user has no number in this user namespace, and the machine's root folder has the same
    /// owner: then it is most likely root, who cannot be told from other users here.
    package static func mayBeRootOutside(_ user: UInt32) -> Bool {
        guard user != 0, user == overflow, let root = try? FileStatus(ofPath: "/") else { return false }
        return root.user == overflow
    }

    /// The number that stands for all users who have none in a user namespace.
    private static let overflow: UInt32 = 65_534

    /// The number outside of a user namespace, by /proc/PID/uid_map or gid_map.
    package static func number(of user: UInt32, inMap text: Span<UInt8>) -> UInt32? {
        var line = 0
        while line < text.count {
            if let inside: UInt32 = text.field(0, from: line).flatMap({ text.integer(at: $0) }),
                let outside: UInt32 = text.field(1, from: line).flatMap({ text.integer(at: $0) }),
                let count: UInt32 = text.field(2, from: line).flatMap({ text.integer(at: $0) }),
                user >= inside, user - inside < count
            {
                return outside &+ (user - inside)
            }
            line = (text.firstIndex(of: UInt8(ascii: "\n"), from: line) ?? text.count) + 1
        }
        return nil
    }
}
