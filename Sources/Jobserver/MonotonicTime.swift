/// A moment on the machine's monotonic clock.
///
/// The core never reads the clock; its callers pass the time.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since an arbitrary start.
    package var nanoseconds: Int64

    /// The moment that lies `nanoseconds` after the clock's start.
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (time: Self, nanoseconds: Int64) -> Self {
        Self(nanoseconds: time.nanoseconds + nanoseconds)
    }
}
