internal import CLinux
internal import Glibc
package import SystemPackage

/// A second process that continues here, with everything that this process has.
package enum Fork {
    /// Its pid, or 0 in the new process.
    ///
    /// Only for a program with one thread. The corresponding C function is `fork`.
    package static func start() throws(Errno) -> Int32 { try check(clinux_fork()) }

    /// Calls this process so in lists of processes; 15 bytes of it are kept.
    ///
    /// The corresponding C function is `prctl` with PR_SET_NAME.
    package static func name(_ name: String) {
        // Safe: the text is lent for the call.
        _ = unsafe clinux_set_name(name)
    }

    /// Lets processes of this one's user take its descriptors where Yama allows that to parents alone.
    ///
    /// The corresponding C function is `prctl` with PR_SET_PTRACER.
    package static func letOwnUserTrace() { _ = clinux_let_own_user_trace() }

    /// Ends this process at once, and leaves what it inherited from its parent as it is.
    ///
    /// The corresponding C function is `_exit`.
    package static func end(_ status: CInt) -> Never { _exit(status) }
}

/// A pipe within this process and its children: where to read, and where to write.
///
/// The corresponding C function is `pipe`.
package func makePipe() throws(Errno) -> (reader: CInt, writer: CInt) {
    var ends: (CInt, CInt) = (-1, -1)
    // Safe: the tuple has the two integers that the call fills, and lives on this stack frame.
    _ = try check(
        unsafe withUnsafeMutablePointer(to: &ends) { ends in
            unsafe ends.withMemoryRebound(to: CInt.self, capacity: 2) { unsafe pipe($0) }
        }
    )
    for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
}

/// The next byte of a pipe, waiting for it; nil when the other end is closed.
///
/// The corresponding C function is `read`.
package func readByte(from raw: CInt) throws(Errno) -> UInt8? {
    var byte: UInt8 = 0
    // Safe: the byte is on this stack frame.
    return try check(unsafe read(raw, &byte, 1)) == 1 ? byte : nil
}

/// Whether something waits to be read there.
///
/// The corresponding C function is `poll`.
package func isReadable(_ raw: CInt) -> Bool {
    var entry = pollfd(fd: raw, events: Int16(POLLIN), revents: 0)
    // Safe: the structure is on this stack frame, and its count is one.
    return unsafe poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLIN) != 0
}
