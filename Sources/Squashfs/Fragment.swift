/// A stored block that holds small files and the tails of larger ones.
///
/// ```text
/// | position, 64 bits | stored size, 32 bits | unused, 32 bits |      a lookup table
/// ```
package struct Fragment: Equatable, Sendable {
    /// In an inode: the file has no fragment.
    package static let none = UInt32.max

    package var position: UInt64 = 0
    package var size = StoredSize.hole

    static let encodedSize = 16

    func encode(into bytes: inout [UInt8]) {
        bytes.append(little: position)
        bytes.append(little: size.rawValue)
        bytes.append(little: 0 as UInt32)
    }

    init() {}

    init(from cursor: inout ByteCursor) throws(ImageError) {
        position = try cursor.number()
        size = StoredSize(rawValue: try cursor.number())
        _ = try cursor.number(UInt32.self)
    }
}
