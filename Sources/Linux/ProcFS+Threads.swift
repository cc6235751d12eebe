internal import CLinux
internal import Glibc

extension ProcFS {
    /// Whether the thread is the process's now, by one system call and without a look into /proc.
    ///
    /// The corresponding C function is `tgkill` with signal 0.
    package static func isThread(_ thread: Int32, of process: Int32) -> Bool {
        clinux_probe_thread(process, thread) == 0 || errno == EPERM
    }
}
