/// Makes blocks smaller.
///
/// One object is used by one thread at a time.
package protocol BlockCompressor: AnyObject {
    /// The compressed form, or nil when it would not be smaller: the block is then stored as it is.
    func compress(_ block: [UInt8]) -> [UInt8]?
}

/// Undoes a `BlockCompressor`.
package protocol BlockDecompressor: AnyObject {
    /// The block as it was, or nil when the bytes are damaged or it would be longer than `limit`.
    func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]?
}
