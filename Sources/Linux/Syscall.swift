internal import Glibc
package import SystemPackage

/// Turns the -1 of a failed call into a thrown `Errno`.
package func check(_ result: CInt) throws(Errno) -> CInt {
    guard result != -1 else { throw Errno(rawValue: errno) }
    return result
}

/// The same for calls that return a size.
package func check(_ result: Int) throws(Errno) -> Int {
    guard result != -1 else { throw Errno(rawValue: errno) }
    return result
}

/// Repeats a call that a signal interrupted.
package func retryingInterrupts(_ call: () -> CInt) throws(Errno) -> CInt {
    while true {
        let result = call()
        guard result == -1 else { return result }
        let failure = Errno(rawValue: errno)
        guard failure == .interrupted else { throw failure }
    }
}

/// The size that a call on a non-blocking descriptor returns, nil when it would have waited.
package func unlessItWouldWait(_ call: () -> Int) throws(Errno) -> Int? {
    while true {
        let result = call()
        guard result == -1 else { return result }
        switch errno {
        case EINTR: continue
        case EAGAIN: return nil
        default: throw Errno(rawValue: errno)
        }
    }
}
