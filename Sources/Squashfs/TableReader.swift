/// Reads the tables that the superblock names.
struct TableReader {
    let source: any ImageSource
    let decompressor: any BlockDecompressor
    let superblock: Superblock

    func metadata(from start: UInt64, to end: UInt64, _ name: String) throws(ImageError) -> MetadataTable {
        guard start >= UInt64(Superblock.size), start <= end, end <= superblock.bytesUsed else {
            throw .corrupt("\(name) reaches from \(start) to \(end) of \(superblock.bytesUsed) bytes")
        }
        return MetadataTable(source: source, decompressor: decompressor, start: start, end: end)
    }

    /// The folder table ends where the metadata of the first table after it starts.
    func listingsEnd() throws(ImageError) -> UInt64 {
        var end = superblock.bytesUsed
        if superblock.attributeTable != Superblock.absent {
            end = min(end, try number(at: superblock.attributeTable))
        }
        for table in [superblock.idTable, superblock.exportTable, superblock.fragmentTable] {
            guard table != Superblock.absent, table != superblock.bytesUsed else { continue }
            // An empty table has no first block, its place is then the end.
            let isEmpty = table == superblock.fragmentTable && superblock.fragments == 0
            end = min(end, isEmpty ? table : try number(at: table))
        }
        return end
    }

    func ids() throws(ImageError) -> [UInt32] {
        let bytes = try lookup(superblock.idTable, Int(superblock.ids) * 4, "the id table")
        var cursor = ByteCursor(bytes, "the id table")
        var ids: [UInt32] = []
        for _ in 0..<superblock.ids { ids.append(try cursor.number()) }
        return ids
    }

    func fragments() throws(ImageError) -> [Fragment] {
        guard superblock.fragments > 0 else { return [] }
        let size = Int(superblock.fragments) * Fragment.encodedSize
        var cursor = ByteCursor(
            try lookup(superblock.fragmentTable, size, "the fragment table"),
            "the fragment table"
        )
        var fragments: [Fragment] = []
        var room = superblock.bytesUsed
        for number in 0..<superblock.fragments {
            let fragment = try Fragment(from: &cursor)
            // Fragments do not share bytes: else a small image would be large to read.
            let bytes = UInt64(fragment.size.bytes)
            guard bytes <= room else {
                throw .corrupt("the fragments up to \(number) have more bytes than the image")
            }
            room -= bytes
            fragments.append(fragment)
        }
        return fragments
    }

    /// By inode number - 1: where the inode is.
    ///
    /// Nil when the image has no export table.
    func exports() throws(ImageError) -> [MetadataReference]? {
        guard superblock.exportTable != Superblock.absent else { return nil }
        let bytes = try lookup(superblock.exportTable, Int(superblock.inodes) * 8, "the export table")
        var cursor = ByteCursor(bytes, "the export table")
        var references: [MetadataReference] = []
        for _ in 0..<superblock.inodes { references.append(MetadataReference(packed: try cursor.number())) }
        return references
    }

    func attributes() throws(ImageError) -> AttributeReader? {
        guard superblock.attributeTable != Superblock.absent else { return nil }
        let header = try source.read(at: superblock.attributeTable, count: 16)
        var cursor = ByteCursor(header, "the table of extended attributes")
        let start = try cursor.number(UInt64.self)
        let count = try cursor.number(UInt32.self)
        let sets = try lookup(
            superblock.attributeTable + 16,
            Int(count) * AttributeTable.setSize,
            "the table of extended attributes"
        )
        let pairs = try metadata(
            from: start,
            to: superblock.attributeTable,
            "the table of extended attributes"
        )
        return AttributeReader(sets: sets, pairs: pairs)
    }

    private func number(at position: UInt64) throws(ImageError) -> UInt64 {
        var cursor = ByteCursor(try source.read(at: position, count: 8), "a table's position")
        return try cursor.number()
    }

    /// The records of a lookup table.
    ///
    /// They are read block by block, so that a false count ends with the image.
    private func lookup(_ position: UInt64, _ size: Int, _ name: String) throws(ImageError) -> [UInt8] {
        let blocks = (size + MetadataWriter.blockSize - 1) / MetadataWriter.blockSize
        guard position <= superblock.bytesUsed, superblock.bytesUsed - position >= UInt64(blocks) * 8 else {
            throw .corrupt(
                "\(name) at \(position) does not fit into the image's \(superblock.bytesUsed) bytes"
            )
        }
        var records: [UInt8] = []
        var end: UInt64 = 0
        for block in 0..<blocks {
            let start = try number(at: position + UInt64(block) * 8)
            guard start >= end else { throw .corrupt("\(name) has the same block twice") }
            let table = try metadata(from: start, to: position, name)
            let (bytes, length) = try table.block(at: 0)
            records += bytes
            end = start + length
            guard records.count == min(size, (block + 1) * MetadataWriter.blockSize) else {
                throw .corrupt("\(name) has a block that is too short or too long")
            }
        }
        return records
    }
}
