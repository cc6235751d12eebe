/// Who says whether one thread more may compress.
protocol TokenSource: AnyObject {
    /// Waits a moment for a token; nil when none came.
    func acquire() -> CompressionToken?
    /// Gives a token back.
    func release(_ token: consuming CompressionToken)
}

/// The right to compress beside the thread that always may.
struct CompressionToken: ~Copyable {
    /// What was read, to be written back.
    let byte: UInt8
}

/// No jobserver: whoever asks may.
final class FreeTokens: TokenSource {
    func acquire() -> CompressionToken? { CompressionToken(byte: 0) }
    func release(_ token: consuming CompressionToken) {}
}
