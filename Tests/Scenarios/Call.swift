package import SystemPackage

/// A call that a client process makes on the device.
package enum Call: Equatable, Sendable {
    case open(flags: Int32)
    case read(file: Int, bytes: Int)
    case write(file: Int, bytes: Int)
    /// Waits for POLLIN; gives the events, or 0 if the time is over.
    case poll(file: Int, milliseconds: Int)
    /// FIONREAD.
    case available(file: Int)
    /// An ioctl that the device does not know.
    case unknownIoctl(file: Int)
    /// Sets or clears O_NONBLOCK, as fcntl does.
    case setNonblocking(file: Int, Bool)
    case close(file: Int)
}

/// The result of a call.
package enum Outcome: Equatable, Sendable {
    case gave(Int)
    case failed(Errno)
}
