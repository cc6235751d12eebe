internal import CLinux
package import SystemPackage

/// Gives up all system calls except those that a server makes, for good.
///
/// Others fail with EPERM. For a process with one thread; its children are filtered too. The corresponding C
/// function is `seccomp`.
package enum SystemCallFilter {
    /// Filters from now on; throws where this kernel, or the sandbox around this process, cannot: ENOSYS,
    /// EINVAL, EPERM.
    package static func install() throws(Errno) { _ = try check(clinux_filter_calls()) }

    /// The number of a call that was refused, each number once; nil: no more.
    package static var nextRefusal: Int? {
        let call = clinux_refused_call()
        return call < 0 ? nil : Int(call)
    }
}
