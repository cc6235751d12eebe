import CLinux
import Glibc

// The calls that clients make, each tried once: they return the result, or the negated errno.

/// The descriptor of the opened file.
func openOnce(_ path: String, _ flags: CInt) -> CInt {
    // Safe: the path is lent for the call.
    let descriptor = unsafe open(path, flags, 0o600)
    return descriptor == -1 ? -errno : descriptor
}

/// The size read, or the negated errno.
func readOnce(_ descriptor: CInt, _ size: Int) -> Int {
    var buffer = [UInt8](repeating: 0, count: size)
    // Safe: the array is lent for the call.
    let count = unsafe read(descriptor, &buffer, size)
    if count == 1, buffer[0] != UInt8(ascii: "+") { return 4711 }
    return count == -1 ? -Int(errno) : count
}

/// The size written, or the negated errno.
func writeOnce(_ descriptor: CInt, _ size: Int) -> Int {
    // Safe: the array is lent for the call.
    let count = unsafe write(descriptor, [UInt8](repeating: UInt8(ascii: "G"), count: size), size)
    return count == -1 ? -Int(errno) : count
}

/// The events that the call reports; 0 when the time is over.
func pollOnce(_ descriptor: CInt, _ events: CInt, _ milliseconds: CInt) -> Int {
    var wanted = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    // Safe: the structure lives on this stack frame.
    unsafe poll(&wanted, 1, milliseconds)
    return Int(wanted.revents)
}

/// The number of events that the epoll reports; 0 when the time is over.
func waitOnce(_ epoll: CInt, _ milliseconds: Int64) -> Int {
    var event = unsafe epoll_event()
    // Safe: the structure lives on this stack frame.
    return unsafe Int(clinux_epoll_wait(epoll, &event, 1, milliseconds * 1_000_000))
}

/// What FIONREAD gives.
func unread(_ descriptor: CInt) -> Int {
    var bytes: CInt = -1
    // Safe: the integer lives on this stack frame.
    return unsafe clinux_unread(descriptor, &bytes) == -1 ? -Int(errno) : Int(bytes)
}
