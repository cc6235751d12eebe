internal import CLinux
internal import Glibc
package import SystemPackage

/// Waits for any of many descriptors, level-triggered: an event that is not dealt with is reported again.
///
/// Waiting allocates nothing. A watched descriptor must be unwatched before it is closed: a copy of it in
/// another process would go on reporting events under its key.
@safe package final class EventLoop {
    private let epoll: Descriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>
    private var count = 0

    /// Opens the loop with nothing watched, which takes in at most `capacity` events at a wait: of more it
    /// reports the others first next time.
    ///
    /// Whether epoll_pwait2 is refused shows here rather than at the first wait.
    /// The corresponding C functions are `epoll_create1` and `epoll_pwait2`.
    package init(capacity: Int = 64) throws(Errno) {
        epoll = Descriptor(owning: try check(clinux_epoll_create()))
        // Safe: owned by this object alone, initialised here, freed in deinit.
        unsafe events = .allocate(capacity: capacity)
        unsafe events.initialize(repeating: epoll_event())
        // Safe: the buffer is the one above.
        _ = try check(unsafe clinux_epoll_wait(epoll.raw, events.baseAddress, CInt(events.count), 0))
    }

    /// Whether the kernel, or a sandbox, knows only whole milliseconds.
    package static var isCoarse: Bool { clinux_epoll_is_coarse() == 1 }

    /// Readable while something is ready: so one loop can wait for another.
    package var raw: CInt { epoll.raw }

    deinit {
        // Safe: nobody else has the buffer, and its elements are plain data.
        unsafe events.deallocate()
    }

    /// Reports the descriptor's events under `key` from now on.
    ///
    /// The corresponding C function is `epoll_ctl`.
    package func watch(
        _ descriptor: CInt,
        for interest: Interest = .readable,
        key: UInt64
    ) throws(Errno) {
        try control(EPOLL_CTL_ADD, descriptor, interest, key)
    }

    /// Replaces what a watched descriptor is watched for, and its key.
    package func change(_ descriptor: CInt, to interest: Interest, key: UInt64) throws(Errno) {
        try control(EPOLL_CTL_MOD, descriptor, interest, key)
    }

    /// Stops watching; a descriptor that was not watched is no error.
    package func unwatch(_ descriptor: CInt) {
        _ = clinux_epoll_control(epoll.raw, EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    /// Waits until something is ready or the monotonic clock reaches the deadline, and returns the number of
    /// events: 0 after the deadline or a signal.
    ///
    /// Without a deadline it waits for ever.
    package func wait(until deadlineNanoseconds: Int64?) -> Int {
        var timeout: Int64 = -1
        if let deadlineNanoseconds {
            let now = MonotonicClock.nowNanoseconds
            timeout = deadlineNanoseconds > now ? deadlineNanoseconds - now : 0
        }
        // Safe: the kernel writes at most the buffer's own count, and the buffer lives as long as this
        // object.
        let ready = unsafe clinux_epoll_wait(epoll.raw, events.baseAddress, CInt(events.count), timeout)
        // -1 is EINTR: `init` has shown that the call exists, and descriptor and buffer are ours.
        count = max(0, Int(ready))
        return count
    }

    /// One of the events of the last wait.
    package func event(_ index: Int) -> (key: UInt64, interest: Interest) {
        precondition(index >= 0 && index < count, "event \(index) of \(count)")
        // Safe: the index was checked, and the last wait filled that element.
        let event = unsafe events[index]
        return unsafe (event.data.u64, Interest(rawValue: event.events))
    }

    private func control(
        _ operation: CInt,
        _ descriptor: CInt,
        _ interest: Interest,
        _ key: UInt64
    ) throws(Errno) {
        _ = try check(clinux_epoll_control(epoll.raw, operation, descriptor, interest.rawValue, key))
    }
}

/// What a descriptor can be ready for: to watch for, and as an event reports it.
package struct Interest: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// A read would not block; for a listener, a connection waits.
    package static let readable = Interest(rawValue: EPOLLIN.rawValue)
    /// A write would not block.
    package static let writable = Interest(rawValue: EPOLLOUT.rawValue)
    /// The other end closed, or stopped writing.
    package static let hangUp = Interest(rawValue: EPOLLHUP.rawValue | EPOLLRDHUP.rawValue)
    /// The descriptor is in error.
    ///
    /// Reported whether asked for or not.
    package static let failed = Interest(rawValue: EPOLLERR.rawValue)
    /// Something exceptional: a pressure trigger, a changed file of sysfs.
    package static let priority = Interest(rawValue: EPOLLPRI.rawValue)
}
