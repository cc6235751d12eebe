internal import CLinux
internal import Glibc
package import SystemPackage

/// The children of this process, and how they end.
package enum Children {
    /// A change of a child's state.
    package enum Change: Equatable, Sendable {
        case ended(ProcessEnd)
        case stopped(signal: CInt)
    }

    /// Makes orphans among this process' descendants its children, and lets it learn how its children end.
    ///
    /// The corresponding C function is `prctl` with PR_SET_CHILD_SUBREAPER.
    package static func adoptOrphans() throws(Errno) {
        _ = try check(clinux_become_reaper())
    }

    /// The next child that has ended, which is reaped, or stopped; nil when there is none, ECHILD when there
    /// are no children at all.
    ///
    /// The corresponding C function is `waitpid`.
    package static func nextChange() throws(Errno) -> (pid: Int32, change: Change)? {
        var status: CInt = 0
        // Safe: the status is on this stack frame.
        let pid = try retryingInterrupts { unsafe clinux_child_changed(&status) }
        guard pid > 0 else { return nil }
        let isStopped = status & 0xFF == 0x7F
        return (pid, isStopped ? .stopped(signal: status >> 8) : .ended(ProcessEnd(status: status)))
    }
}

/// The first process of a container: the kernel treats it differently.
package enum FirstProcess {
    /// Whether this process is it.
    package static var isThis: Bool { getpid() == 1 }

    /// Lets the signals end this process that end any other.
    ///
    /// The corresponding C function is `signal`.
    package static func endBySignals() {
        clinux_end_by_signals()
    }
}
