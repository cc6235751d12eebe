internal import Glibc

/// The time since boot that no administrator can set back.
package enum MonotonicClock {
    /// Nanoseconds since an arbitrary start.
    package static var nowNanoseconds: Int64 { nanoseconds(of: CLOCK_MONOTONIC) }
}

/// The time since boot, suspended time included: what the start times in /proc count from.
package enum BootClock {
    /// Nanoseconds since boot.
    package static var nowNanoseconds: Int64 { nanoseconds(of: CLOCK_BOOTTIME) }
}

/// The time of day.
package enum WallClock {
    /// Milliseconds since 1970.
    package static var nowMilliseconds: Int64 { nanoseconds(of: CLOCK_REALTIME) / 1_000_000 }
}

/// What a clock of the kernel's says.
///
/// The corresponding C function is `clock_gettime`.
private func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    // Safe: the structure lives on this stack frame for the whole call.
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
