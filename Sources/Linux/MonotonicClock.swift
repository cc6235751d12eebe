internal import Glibc

/// The time since boot that no administrator can set back.
package enum MonotonicClock {
    /// Nanoseconds since an arbitrary start.
    ///
    /// The corresponding C function is `clock_gettime` with CLOCK_MONOTONIC.
    package static var nowNanoseconds: Int64 {
        var time = timespec()
        // Safe: the structure lives on this stack frame for the whole call.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
