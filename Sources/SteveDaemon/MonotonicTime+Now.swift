internal import Jobserver
internal import Linux

extension MonotonicTime {
    /// The machine's time, for the pool, which has no clock.
    static var now: MonotonicTime { MonotonicTime(nanoseconds: MonotonicClock.nowNanoseconds) }
}
