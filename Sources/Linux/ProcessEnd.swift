internal import Glibc
package import SystemPackage

/// How a process ended.
package enum ProcessEnd: Hashable, Sendable {
    case exited(CInt)
    case killed(signal: CInt)

    /// Reads the status word of `wait`.
    package init(status: CInt) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    }

    /// The status as a shell gives it: 128 and the signal's number for one that was killed.
    package var shellStatus: CInt {
        switch self {
        case .exited(let status): status
        case .killed(let signal): 128 + signal
        }
    }
}

/// Waits until a child of this process ends, and reaps it.
///
/// The corresponding C function is `waitpid`.
@discardableResult package func waitForEnd(_ pid: Int32) throws(Errno) -> ProcessEnd {
    var status: CInt = 0
    // Safe: the status is on this stack frame.
    _ = try retryingInterrupts { unsafe waitpid(pid, &status, 0) }
    return ProcessEnd(status: status)
}
