internal import SteveClient

/// Decides whether one more thread may compress.
protocol TokenSource: AnyObject {
    /// Waits a moment for a token; nil when none came.
    func acquire() -> CompressionToken?
}

/// The right to compress a block beside the thread that always may; it is returned when it is no longer used.
struct CompressionToken: ~Copyable {
    private let token: Token?

    /// The jobserver's token, or nil if there is no jobserver.
    init(_ token: consuming Token?) { self.token = token }
}

/// No jobserver: every thread may compress.
final class FreeTokens: TokenSource {
    func acquire() -> CompressionToken? { CompressionToken(nil) }
}
