/// Where something starts in a table made of metadata blocks.
///
/// ```text
/// 63        16 15       0
/// |   block   |  offset  |   block: bytes from the table's start to the stored block
///                            offset: bytes into that block once it is decompressed
/// ```
package struct MetadataReference: Hashable, Sendable {
    package var block: UInt64
    package var offset: UInt16

    package init(block: UInt64, offset: UInt16) {
        self.block = block
        self.offset = offset
    }

    package init(packed: UInt64) {
        block = packed >> 16
        offset = UInt16(truncatingIfNeeded: packed)
    }

    package var packed: UInt64 { block << 16 | UInt64(offset) }
}
