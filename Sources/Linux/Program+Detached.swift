internal import CLinux
package import SystemPackage

extension Program {
    /// Starts the program as nobody's child, in its own session, so that it may outlive this process.
    ///
    /// It reads from and writes to /dev/null; `errors` is lent as its standard error, else it has this
    /// process'. Of all others it has the `inherited` ones only. Its folder is the root, and priority, umask,
    /// limits and signals are as at a machine's start. For a process with one thread. The corresponding C
    /// functions are `fork` and `posix_spawnp`.
    package func startDetached(inheriting inherited: [CInt] = [], errors: CInt? = nil) throws(Errno) {
        // Safe: the vectors live until the call returns, and the child has its own copy by then.
        let result = try unsafe withVectors { arguments, environment in
            unsafe clinux_spawn_detached(
                arguments,
                environment,
                errors ?? -1,
                inherited,
                CInt(inherited.count)
            )
        }
        _ = try check(result)
    }
}
