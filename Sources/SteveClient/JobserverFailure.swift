public import SystemPackage

/// Why this process has no jobserver, or lost it, in a sentence for people.
public enum JobserverFailure: Error, Equatable, CustomStringConvertible {
    /// MAKEFLAGS is not set: nobody above this process offers one.
    case noVariable
    /// MAKEFLAGS names none.
    case noJobserver
    /// It names inherited descriptors, as make before 4.4 does; only `fifo:` is supported.
    case unsupported(String)
    /// What it names is no `fifo:PATH`.
    case malformed(String)
    /// The path does not open.
    case cannotOpen(path: String, Errno)
    /// A token could not be read.
    case cannotRead(path: String, Errno)
    /// The other end is gone.
    case ended(path: String)

    /// The sentence.
    public var description: String {
        switch self {
        case .noVariable: "MAKEFLAGS is not set: there is no jobserver"
        case .noJobserver: "MAKEFLAGS names no jobserver"
        case .unsupported(let text):
            "the jobserver \"\(text)\" is a pair of inherited descriptors; use make 4.4, or --jobserver-style=fifo"
        case .malformed(let text): "the jobserver \"\(text)\" in MAKEFLAGS is no fifo:PATH"
        case .cannotOpen(let path, let errno): "cannot open the jobserver \(path): \(errno)"
        case .cannotRead(let path, let errno): "cannot take a token from \(path): \(errno)"
        case .ended(let path): "the jobserver \(path) has ended"
        }
    }
}
