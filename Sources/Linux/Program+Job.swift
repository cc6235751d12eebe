internal import CLinux
package import SystemPackage

extension Program {
    /// Starts the program as a child of this process, in a process group of its own whose number is its pid.
    ///
    /// It has this process' descriptors, but for those that are closed on exec, and no blocked signals. With
    /// a `terminal` its group is in the foreground there before it runs. ENOENT when there is no such
    /// program, EACCES when it may not be run. The corresponding C function is `posix_spawnp`.
    package func startJob(foregroundOf terminal: borrowing ControllingTerminal?) throws(Errno) -> Int32 {
        let raw: CInt
        switch terminal {
        case .some(let terminal): raw = terminal.raw
        case .none: raw = -1
        }
        var pid: pid_t = 0
        // Safe: the vectors live until the call returns, and the child has its own copy by then.
        let result = try unsafe withVectors { unsafe clinux_spawn_job(&pid, $0, $1, raw) }
        _ = try check(result)
        return pid
    }
}
