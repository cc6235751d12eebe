internal import CLinux

/// What a descriptor can be ready for: what is watched, and what an event reports.
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
