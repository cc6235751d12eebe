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
