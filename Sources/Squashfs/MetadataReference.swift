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

/// How many bytes a data block takes in the image.
///
/// ```text
/// bit 24 set: stored as it is      bits 0…23: bytes      all zero: a hole, nothing is stored
/// ```
package struct StoredSize: Equatable, Sendable {
    package let rawValue: UInt32

    package static let hole = StoredSize(rawValue: 0)

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package init(bytes: Int, isCompressed: Bool) {
        rawValue = UInt32(bytes) | (isCompressed ? 0 : 1 << 24)
    }

    package var isCompressed: Bool { rawValue & 1 << 24 == 0 }
    package var bytes: Int { Int(rawValue & (1 << 24 - 1)) }
}
