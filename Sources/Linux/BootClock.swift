internal import Glibc

/// The time since boot, suspended time included: what the start times in /proc count from.
package enum BootClock {
    /// Nanoseconds since boot.
    ///
    /// The corresponding C function is `clock_gettime` with CLOCK_BOOTTIME.
    package static var nowNanoseconds: Int64 {
        var time = timespec()
        // Safe: the structure lives on this stack frame for the whole call.
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
