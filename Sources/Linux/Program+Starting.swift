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
        let result = try unsafe withVectors { unsafe clinux_spawn(&pid, $0, $1, -1, nil, 0, CLINUX_JOB, raw) }
        _ = try check(result)
        return pid
    }
}

extension Program {
    /// Starts the program as a child of init, in its own session, so that it may outlive this process.
    ///
    /// It reads from and writes to /dev/null; `errors` is lent as its standard error, otherwise it has this
    /// process' one. Of all other descriptors it has only the `inherited` ones. Its folder is the root;
    /// priority, umask, limits and signals are as at a machine's start. For a process with one thread. The
    /// corresponding C functions are `fork` and `posix_spawnp`.
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

extension Program {
    /// Runs the program to its end and returns what it wrote to its standard output, at most `limit` bytes of
    /// it.
    package func output(limit: Int) throws(Errno) -> [UInt8] {
        let pipe = try FileDescriptor.pipe(options: .closeOnExec)
        let reader = Descriptor(owning: pipe.readEnd.rawValue)
        let writer = Descriptor(owning: pipe.writeEnd.rawValue)
        let pid = try start(output: writer.raw)
        // So that the program's is the last.
        _ = consume writer
        let bytes = try? readWhole("/proc/self/fd/\(reader.raw)", limit: limit)
        _ = consume reader
        _ = try waitForEnd(pid)
        return bytes ?? []
    }
}
