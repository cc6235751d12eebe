internal import Glibc

/// The time of day.
package enum WallClock {
    /// Milliseconds since 1970.
    ///
    /// The corresponding C function is `clock_gettime` with CLOCK_REALTIME.
    package static var nowMilliseconds: Int64 {
        var time = timespec()
        // Safe: the structure lives on this stack frame for the whole call.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
