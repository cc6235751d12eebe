internal import CLinux
internal import Glibc
package import SystemPackage

/// A hold on one process, which stays right even if its pid is used again.
///
/// As long as the process has not ended, what /proc says of the pid is about this process.
package struct ProcessDescriptor: ~Copyable {
    private let hold: Hold

    /// How the process is held on to.
    private enum Hold: ~Copyable {
        case descriptor(Descriptor)
        /// By its pid and when it started, where the kernel before 5.3, or a sandbox, refuses the descriptor.
        case startTime(Int32, UInt64)
    }

    /// Opens the process that has this pid now; ESRCH when there is none, EINVAL or ENOENT when the number is
    /// a thread's.
    ///
    /// The corresponding C function is `pidfd_open`.
    package init(_ pid: Int32) throws(Errno) {
        let raw: CInt
        do throws(Errno) {
            raw = try check(clinux_pidfd_open(pid))
        } catch {
            guard error == .noFunction || error == .notPermitted else { throw error }
            hold = try Self.byStartTime(pid)
            return
        }
        hold = .descriptor(Descriptor(owning: raw))
    }

    /// The same for a caller that has no descriptor to spare.
    package init(withoutDescriptor pid: Int32) throws(Errno) {
        hold = try Self.byStartTime(pid)
    }

    private static func byStartTime(_ pid: Int32) throws(Errno) -> Hold {
        guard pid > 0, try ProcFS.process(ofThread: pid) == pid else { throw .invalidArgument }
        return .startTime(pid, try ProcFS.stat(of: pid).startTime)
    }

    /// Takes over one that the kernel gave.
    init(owning descriptor: consuming Descriptor) {
        hold = .descriptor(descriptor)
    }

    /// The descriptor to watch, readable once the process has ended; nil: its end has to be polled for.
    package var raw: CInt? {
        switch hold {
        case .descriptor(let descriptor): descriptor.raw
        case .startTime: nil
        }
    }

    /// True from the process' end on, also while it is still a zombie.
    package var hasEnded: Bool {
        switch hold {
        case .descriptor(let descriptor):
            var entry = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
            // Safe: the structure is on this stack frame, and its count is one.
            return unsafe poll(&entry, 1, 0) == 1
        case .startTime(let pid, let time):
            do throws(Errno) {
                let stat = try ProcFS.stat(of: pid)
                return stat.startTime != time || stat.state == "Z" || stat.state == "X"
            } catch {
                // What cannot be asked now, for want of a descriptor, lives on.
                return error == .noSuchProcess
            }
        }
    }

    /// Duplicates a descriptor that the process has; EPERM where this process may not trace it.
    ///
    /// The corresponding C function is `pidfd_getfd`.
    package func take(_ number: CInt) throws(Errno) -> Descriptor {
        guard let raw else { throw .noFunction }
        return Descriptor(owning: try check(clinux_pidfd_take(raw, number)))
    }

    /// Sends a signal; ESRCH when the process has ended.
    ///
    /// The corresponding C function is `pidfd_send_signal`.
    package func signal(_ number: CInt) throws(Errno) {
        switch hold {
        case .descriptor(let descriptor): _ = try check(clinux_pidfd_signal(descriptor.raw, number))
        case .startTime(let pid, _):
            guard !hasEnded else { throw .noSuchProcess }
            _ = try check(kill(pid, number))
        }
    }
}
