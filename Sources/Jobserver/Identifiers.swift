/// One process as the pool knows it, from its first request to its death.
package struct ClientID: Hashable, Sendable {
    package let index: Int32

    /// The process with this number in the pool.
    package init(index: Int32) {
        self.index = index
    }
}

/// One open file description of the device.
package struct FileID: Hashable, Sendable {
    package let index: Int32
}

/// The unit of fairness: every process of one package's build, for example.
package struct BuildID: Hashable, Sendable {
    package let index: Int32
}

/// One waiting read, as its server numbers it.
package struct RequestID: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }
}
