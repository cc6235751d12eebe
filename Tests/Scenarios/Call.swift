package import SystemPackage

/// What a client process does with the device.
package enum Call: Equatable, Sendable {
    case open(flags: Int32)
    case read(file: Int, bytes: Int)
    case write(file: Int, bytes: Int)
    /// Waits for POLLIN; gives the events, 0 when the time was over.
    case poll(file: Int, milliseconds: Int)
    /// FIONREAD.
    case available(file: Int)
    /// An ioctl that no device knows.
    case unknownIoctl(file: Int)
    /// Sets or clears O_NONBLOCK, as fcntl does.
    case setNonblocking(file: Int, Bool)
    case close(file: Int)
}

/// What a call gave to its process.
package enum Outcome: Equatable, Sendable {
    case gave(Int)
    case failed(Errno)
}
