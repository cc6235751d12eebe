/// The ways in which tokens are handed out.
public enum Backend: String, Codable, CaseIterable, Sendable {
    /// A character device: knows who holds what.
    case cuse
    /// A named pipe, for machines and users without CUSE: cannot know its holders.
    case fifo
    /// One file on a FUSE mount, for tests and benchmarks.
    case fuse
}

/// Which back end the user wants.
package enum BackendChoice: String, CaseIterable, Sendable {
    /// The device where /dev/cuse opens, else the named pipe.
    case auto
    case cuse
    case fifo
    case fuse
}
