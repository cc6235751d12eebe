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

    @inlinable package static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// As the protocol's own, which no other module calls without looking it up.
    @inlinable package static func >= (left: Self, right: Self) -> Bool { !(left < right) }

    package static func + (time: Self, nanoseconds: Int64) -> Self {
        Self(nanoseconds: time.nanoseconds + nanoseconds)
    }
}
