internal import CLinux
internal import Glibc
package import SystemPackage

/// A hold on one process that no reuse of its pid can mislead.
///
/// What /proc says of the pid after this was opened is about the same process as long as that has not ended.
package struct ProcessDescriptor: ~Copyable {
    private let descriptor: Descriptor

    /// Opens the process that has this pid now; ESRCH when there is none, EINVAL or ENOENT when the number is
    /// a thread's.
    ///
    /// The corresponding C function is `pidfd_open`.
    package init(_ pid: Int32) throws(Errno) {
        descriptor = Descriptor(owning: try check(clinux_pidfd_open(pid)))
    }

    /// Takes over one that the kernel gave.
    init(owning descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// The number to watch: readable from the process' end on.
    package var raw: CInt { descriptor.raw }

    /// True from the process' end on, also while it is still a zombie.
    package var hasEnded: Bool {
        var entry = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        // Safe: the structure is on this stack frame, and its count is one.
        return unsafe poll(&entry, 1, 0) == 1
    }

    /// Sends a signal; ESRCH when the process has ended.
    ///
    /// The corresponding C function is `pidfd_send_signal`.
    package func signal(_ number: CInt) throws(Errno) {
        _ = try check(clinux_pidfd_signal(descriptor.raw, number))
    }
}
