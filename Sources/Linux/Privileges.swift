internal import CLinux
internal import Glibc
package import SystemPackage

/// Gives up being root, for good.
package enum Privileges {
    /// Whether this process is root.
    package static var isRoot: Bool { User.effective == 0 }

    /// Becomes the user, with the user's groups, and keeps only these powers; nothing run later can gain any.
    ///
    /// For a process with one thread, since capabilities belong to threads. If it throws, the process has
    /// changed only in part and should end. Afterwards /proc/self belongs to root, as in every process that
    /// changed its user, so open what is needed from there before. The corresponding C functions are
    /// `initgroups`, `setresgid`, `setresuid` and `capset`.
    package static func drop(
        to user: UserAccount,
        group: UInt32? = nil,
        keeping kept: Capabilities
    ) throws(Errno) {
        let gid = group ?? user.gid
        // Safe: the name is lent for the call.
        _ = try check(unsafe initgroups(user.name, gid))
        _ = try check(clinux_become_group(gid))
        _ = try check(clinux_keep_capabilities(1))
        _ = try check(clinux_become_user(user.uid))
        _ = try check(clinux_keep_capabilities(0))
        _ = try check(clinux_set_capabilities(kept.rawValue))
        _ = try check(clinux_no_new_privileges())
    }
}
