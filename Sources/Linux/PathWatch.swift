internal import Glibc
package import SystemPackage

/// Reports what happens to one file.
///
/// The corresponding C function is `inotify_add_watch`.
package struct PathWatch: ~Copyable {
    private let descriptor: Descriptor

    /// Watches the file at the path for these events.
    package init(_ path: String, for events: PathEvents) throws(Errno) {
        let raw = try check(inotify_init1(CInt(IN_NONBLOCK) | CInt(IN_CLOEXEC)))
        let watch = Descriptor(owning: raw)
        try Self.watch(path, for: events, raw)
        descriptor = watch
    }

    /// Tells of these events from now on; the path must still name the same file.
    package func change(to events: PathEvents, at path: String) throws(Errno) {
        try Self.watch(path, for: events, descriptor.raw)
    }

    private static func watch(_ path: String, for events: PathEvents, _ raw: CInt) throws(Errno) {
        // Safe: the path is lent for the call.
        _ = try check(unsafe inotify_add_watch(raw, path, events.rawValue))
    }

    /// The number to watch: readable when something has happened.
    package var raw: CInt { descriptor.raw }

    /// All that has happened since the last call, as one set; empty when nothing has.
    package func happened() throws(Errno) -> PathEvents {
        var happened: PathEvents = []
        // Safe: the memory is ours and aligned for events; only whole events that were read are looked at.
        try unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { (space) throws(Errno) in
            while let count = try unlessItWouldWait({
                unsafe read(descriptor.raw, space.baseAddress, space.count)
            }) {
                var start = 0
                while start + MemoryLayout<inotify_event>.size <= count {
                    let event = unsafe space.load(fromByteOffset: start, as: inotify_event.self)
                    happened.insert(PathEvents(rawValue: event.mask))
                    start += MemoryLayout<inotify_event>.size + Int(event.len)
                }
            }
        }
        return happened
    }
}

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
    /// The file ended: it has no name, and nobody has it open.
    package static let removed = PathEvents(rawValue: UInt32(IN_DELETE_SELF))
    /// The file got another name.
    package static let moved = PathEvents(rawValue: UInt32(IN_MOVE_SELF))
    /// More happened than the kernel kept.
    package static let overflow = PathEvents(rawValue: UInt32(IN_Q_OVERFLOW))
}
