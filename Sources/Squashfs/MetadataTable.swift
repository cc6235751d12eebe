/// Reads the metadata blocks that lie between two positions of an image.
final class MetadataTable {
    /// Folders and inodes are read in clusters; more would only cost memory.
    private static let keptBlocks = 64

    private struct Block {
        let bytes: [UInt8]
        /// Where the following block is stored.
        let next: UInt64
    }

    private let source: any ImageSource
    private let decompressor: any BlockDecompressor
    private let start: UInt64
    private let end: UInt64
    private var blocks: [UInt64: Block] = [:]

    /// The table stored from `start` up to `end`, both positions in the image.
    init(source: any ImageSource, decompressor: any BlockDecompressor, start: UInt64, end: UInt64) {
        self.source = source
        self.decompressor = decompressor
        self.start = start
        self.end = end
    }

    /// The block stored `offset` bytes after the table's start, and the offset of the next one.
    func block(at offset: UInt64) throws(ImageError) -> (bytes: [UInt8], next: UInt64) {
        if let known = blocks[offset] { return (known.bytes, known.next) }
        let (position, overflow) = start.addingReportingOverflow(offset)
        guard !overflow, position < end, end - position >= 2 else {
            throw .corrupt("a reference leads \(offset) bytes into a table of \(end &- start)")
        }
        let header = try source.read(at: position, count: 2)
        let length = Int(header[0]) | Int(header[1] & 0x7F) << 8
        let isCompressed = header[1] & 0x80 == 0
        guard length > 0, length <= MetadataWriter.blockSize, end - position - 2 >= UInt64(length) else {
            throw .corrupt("the metadata block at \(position) has \(length) bytes")
        }
        let stored = try source.read(at: position + 2, count: length)
        let bytes = isCompressed ? decompressor.decompress(stored, limit: MetadataWriter.blockSize) : stored
        guard let bytes, !bytes.isEmpty else {
            throw .corrupt("the metadata block at \(position) cannot be decompressed")
        }
        if blocks.count >= Self.keptBlocks { blocks.removeAll(keepingCapacity: true) }
        let block = Block(bytes: bytes, next: offset + 2 + UInt64(length))
        blocks[offset] = block
        return (block.bytes, block.next)
    }

    /// The bytes of all blocks, or a few more: the last one may be shorter than the others.
    func capacity() throws(ImageError) -> UInt64 {
        var bytes: UInt64 = 0
        var position = start
        while position < end {
            let header = try source.read(at: position, count: 2)
            let length = UInt64(header[0]) | UInt64(header[1] & 0x7F) << 8
            guard length > 0 else { throw .corrupt("the metadata block at \(position) has 0 bytes") }
            position += 2 + length
            bytes += UInt64(MetadataWriter.blockSize)
        }
        return bytes
    }

    func cursor(at reference: MetadataReference) -> MetadataCursor {
        MetadataCursor(table: self, reference: reference)
    }
}

/// A place in a table of metadata blocks from which numbers and byte strings are taken, across blocks.
struct MetadataCursor {
    private let table: MetadataTable
    private var block: UInt64
    private var offset: Int

    init(table: MetadataTable, reference: MetadataReference) {
        self.table = table
        block = reference.block
        offset = Int(reference.offset)
    }

    var reference: MetadataReference { MetadataReference(block: block, offset: UInt16(offset)) }

    mutating func take(_ count: Int) throws(ImageError) -> [UInt8] {
        var taken: [UInt8] = []
        while taken.count < count {
            let (bytes, next) = try table.block(at: block)
            guard offset <= bytes.count else {
                throw .corrupt("a reference leads \(offset) bytes into a metadata block of \(bytes.count)")
            }
            let part = bytes[offset...].prefix(count - taken.count)
            taken += part
            offset += part.count
            guard offset == bytes.count else { continue }
            block = next
            offset = 0
        }
        return taken
    }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _: Number.Type = Number.self
    ) throws(ImageError) -> Number {
        var cursor = ByteCursor(try take(Number.bitWidth / 8), "a number")
        return try cursor.number()
    }

    /// This many 32-bit numbers.
    mutating func words(_ count: Int) throws(ImageError) -> [UInt32] {
        let bytes = try take(count * 4)
        return (0..<count).map { index in
            let place = index * 4
            let low = UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
            return low | UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24
        }
    }
}
