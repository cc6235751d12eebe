/// The first 96 bytes of an image: what it is and where its tables start.
///
/// ```text
///  0 "hsqs"   4 inodes    8 time      12 block size   16 fragments
/// 20 method  22 log2(block size)      24 flags        26 ids
/// 28 4       30 0         (version)
/// 32 root inode           40 bytes used
/// 48 id table             56 extended attributes
/// 64 inode table          72 folder table
/// 80 fragment table       88 export table
///
/// image: | superblock | method's options | data and fragments | inodes | folders |
///        | fragment table | export table | id table | extended attributes | padding |
/// ```
/// A table that is not there has the position 2^64 - 1. The kernel wants the tables in this order without
/// gaps.
package struct Superblock: Equatable, Sendable {
    /// The bits of `flags` that are written or understood here.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }
        package static let alwaysFragments = Flags(rawValue: 0x0020)
        package static let duplicatesShared = Flags(rawValue: 0x0040)
        package static let exportable = Flags(rawValue: 0x0080)
        package static let noAttributes = Flags(rawValue: 0x0200)
        package static let methodOptions = Flags(rawValue: 0x0400)
    }

    package static let size = 96
    package static let magic: UInt32 = 0x7371_7368
    package static let zstandard: UInt16 = 6
    /// The position of a table that is not there.
    package static let absent = UInt64.max
    package static let blockSizes = 4096...1_048_576

    package var inodes: UInt32 = 0
    package var time: UInt32 = 0
    package var blockSize: UInt32
    package var fragments: UInt32 = 0
    package var method: UInt16 = zstandard
    package var flags: Flags = []
    package var ids: UInt16 = 0
    package var root = MetadataReference(block: 0, offset: 0)
    package var bytesUsed: UInt64 = 0
    package var idTable = absent
    package var attributeTable = absent
    package var inodeTable = absent
    package var folderTable = absent
    package var fragmentTable = absent
    package var exportTable = absent

    package init(blockSize: UInt32) {
        self.blockSize = blockSize
    }

    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        for number in [Self.magic, inodes, time, blockSize, fragments] { bytes.append(little: number) }
        let blockLog = UInt16(blockSize.trailingZeroBitCount)
        for number in [method, blockLog, flags.rawValue, ids, 4, 0] { bytes.append(little: number) }
        for position in [
            root.packed, bytesUsed, idTable, attributeTable, inodeTable, folderTable, fragmentTable,
            exportTable,
        ] { bytes.append(little: position) }
        return bytes
    }

    /// Reads and judges the first bytes of an image.
    package init(decoding bytes: [UInt8]) throws(ImageError) {
        var cursor = ByteCursor(bytes, "the superblock")
        guard try cursor.number(UInt32.self) == Self.magic else {
            throw .unsupported("it is not a squashfs image")
        }
        inodes = try cursor.number()
        time = try cursor.number()
        blockSize = try cursor.number()
        fragments = try cursor.number()
        method = try cursor.number()
        let blockLog = try cursor.number(UInt16.self)
        flags = Flags(rawValue: try cursor.number())
        ids = try cursor.number()
        let version = (try cursor.number(UInt16.self), try cursor.number(UInt16.self))
        guard version == (4, 0) else {
            throw .unsupported("it has version \(version.0).\(version.1), not 4.0")
        }
        guard Self.blockSizes.contains(Int(blockSize)), blockSize.nonzeroBitCount == 1,
            Int(blockLog) == blockSize.trailingZeroBitCount
        else { throw .corrupt("its block size is \(blockSize), with logarithm \(blockLog)") }
        root = MetadataReference(packed: try cursor.number())
        bytesUsed = try cursor.number()
        idTable = try cursor.number()
        attributeTable = try cursor.number()
        inodeTable = try cursor.number()
        folderTable = try cursor.number()
        fragmentTable = try cursor.number()
        exportTable = try cursor.number()
    }
}
