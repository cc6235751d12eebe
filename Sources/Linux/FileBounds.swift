internal import CLinux
package import SystemPackage

/// The files that a process may still use when it gives up all others, for good.
///
/// Open files stay open, and the status of a file may still be asked. The process can no longer look into
/// other processes as a debugger does: their folder, environment and open files in /proc stay closed,
/// CAP_SYS_PTRACE or not. The corresponding C functions are `landlock_create_ruleset`, `landlock_add_rule`
/// and `landlock_restrict_self`.
package struct FileBounds: ~Copyable {
    private let rules: Descriptor

    /// What is allowed at one place.
    package enum Use: CInt {
        case read = 1
        case readOrWrite = 3
    }

    /// Allows nothing so far; throws if this kernel has no Landlock: ENOSYS, EOPNOTSUPP.
    package init() throws(Errno) { rules = Descriptor(owning: try check(clinux_bounds_open())) }

    /// Allows it below a folder, or for a file; does nothing if the place does not exist.
    package func allow(_ use: Use, at path: String) {
        // Safe: the path is lent for the call.
        _ = unsafe clinux_bounds_allow(rules.raw, path, use.rawValue)
    }

    /// Refuses everything else from now on.
    package consuming func enforce() throws(Errno) { _ = try check(clinux_bounds_enforce(rules.raw)) }
}
