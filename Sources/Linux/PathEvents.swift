internal import Glibc

/// What has happened to a watched file.
package struct PathEvents: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let opened = PathEvents(rawValue: UInt32(IN_OPEN))
    package static let closed = PathEvents(rawValue: UInt32(IN_CLOSE_WRITE | IN_CLOSE_NOWRITE))
    package static let accessed = PathEvents(rawValue: UInt32(IN_ACCESS))
    package static let modified = PathEvents(rawValue: UInt32(IN_MODIFY))
    /// The name went, or the permissions changed.
    package static let attributes = PathEvents(rawValue: UInt32(IN_ATTRIB))
    /// The file ended: no name and nobody who has it open.
    package static let removed = PathEvents(rawValue: UInt32(IN_DELETE_SELF))
    /// The file got another name.
    package static let moved = PathEvents(rawValue: UInt32(IN_MOVE_SELF))
    /// More happened than the kernel kept.
    package static let overflow = PathEvents(rawValue: UInt32(IN_Q_OVERFLOW))
}
