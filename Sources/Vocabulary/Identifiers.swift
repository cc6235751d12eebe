/// A process, by its number in our PID namespace.
package struct ProcessID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int32

    @inlinable package init(_ number: Int32) {
        self.number = number
    }

    /// The process whose first thread this is, if it is one's.
    @inlinable package init(mainThread thread: ThreadID) {
        number = thread.number
    }

    package var description: String { "\(number)" }

    @inlinable package static func < (one: ProcessID, other: ProcessID) -> Bool { one.number < other.number }
}

/// A thread, by its number in our PID namespace; 0 if it is not in ours.
package struct ThreadID: Hashable, Sendable, CustomStringConvertible {
    package let number: Int32

    @inlinable package init(_ number: Int32) {
        self.number = number
    }

    /// The first thread of a process.
    @inlinable package init(mainOf process: ProcessID) {
        number = process.number
    }

    package var description: String { "\(number)" }
}

/// One process as the pool knows it, from its first request to its death.
package struct ClientID: Hashable, Sendable {
    package let index: Int32

    /// The process with this number in the pool.
    @inlinable package init(index: Int32) {
        self.index = index
    }
}

/// One open file description of the device: a small number, because tables are indexed by it.
package struct FileID: Hashable, Sendable, CustomStringConvertible {
    package let index: Int32

    @inlinable package init(index: Int32) {
        self.index = index
    }

    package var description: String { "\(index)" }
}

/// One waiting read, as its server numbers it.
package struct RequestID: Hashable, Sendable {
    package let number: UInt64

    @inlinable package init(_ number: UInt64) {
        self.number = number
    }
}
