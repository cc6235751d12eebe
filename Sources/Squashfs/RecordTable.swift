/// Equal records that are found by number; `LookupTable` has the picture.
///
/// Only some blocks of it are kept, because a small image may claim a table that is larger than the memory.
struct RecordTable {
    let count: Int
    private let source: any ImageSource
    private let blocks: MetadataTable
    private let position: UInt64
    private let recordSize: Int
    private let name: String

    /// The table at a position, whose blocks lie before it.
    init(_ tables: TableReader, at position: UInt64, count: Int, recordSize: Int, _ name: String)
        throws(ImageError)
    {
        self.count = count
        self.position = position
        self.recordSize = recordSize
        self.name = name
        source = tables.source
        blocks = MetadataTable(source: source, decompressor: tables.decompressor, start: 0, end: position)
        let size = count * recordSize
        let number = (size + MetadataWriter.blockSize - 1) / MetadataWriter.blockSize
        let used = tables.superblock.bytesUsed
        guard position <= used, used - position >= UInt64(number) * 8 else {
            throw .corrupt("\(name) at \(position) does not fit into the image's \(used) bytes")
        }
        try judge(blocks: number)
    }

    /// Without this check one block could be read for ever.
    private func judge(blocks number: Int) throws(ImageError) {
        let chunk = 1024
        var last: UInt64?
        for first in stride(from: 0, to: number, by: chunk) {
            let count = min(chunk, number - first)
            var cursor = ByteCursor(try source.read(at: position + UInt64(first) * 8, count: count * 8), name)
            for _ in 0..<count {
                let start = try cursor.number(UInt64.self)
                guard start > last ?? UInt64(Superblock.size) - 1 else {
                    throw .corrupt("\(name) has the same block twice")
                }
                last = start
            }
        }
    }

    /// The bytes of a record.
    func record(_ number: Int) throws(ImageError) -> ByteCursor {
        let place = number * recordSize
        let block = place / MetadataWriter.blockSize
        var cursor = ByteCursor(try source.read(at: position + UInt64(block) * 8, count: 8), name)
        let (bytes, _) = try blocks.block(at: cursor.number())
        let first = block * MetadataWriter.blockSize
        guard bytes.count == min(count * recordSize - first, MetadataWriter.blockSize) else {
            throw .corrupt("\(name) has a block that is too short or too long")
        }
        return ByteCursor(bytes, name, at: place - first)
    }
}
