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
        let table = try RecordTable(
            self,
            at: superblock.idTable,
            count: Int(superblock.ids),
            recordSize: 4,
            "the id table"
        )
        var ids: [UInt32] = []
        for number in 0..<table.count {
            var record = try table.record(number)
            ids.append(try record.number())
        }
        return ids
    }

    /// Nil when there are none.
    func fragments() throws(ImageError) -> RecordTable? {
        guard superblock.fragments > 0 else { return nil }
        // Each takes a byte at least.
        guard UInt64(superblock.fragments) <= superblock.bytesUsed else {
            throw .corrupt("\(superblock.fragments) fragments have no room in the image")
        }
        return try RecordTable(
            self,
            at: superblock.fragmentTable,
            count: Int(superblock.fragments),
            recordSize: Fragment.encodedSize,
            "the fragment table"
        )
    }

    /// By inode number - 1: where the inode is.
    ///
    /// Nil when the image has no export table.
    func exports() throws(ImageError) -> RecordTable? {
        guard superblock.exportTable != Superblock.absent else { return nil }
        return try RecordTable(
            self,
            at: superblock.exportTable,
            count: Int(superblock.inodes),
            recordSize: 8,
            "the export table"
        )
    }

    func attributes() throws(ImageError) -> AttributeReader? {
        guard superblock.attributeTable != Superblock.absent else { return nil }
        let name = "the table of extended attributes"
        var cursor = ByteCursor(try source.read(at: superblock.attributeTable, count: 16), name)
        let start = try cursor.number(UInt64.self)
        let count = try cursor.number(UInt32.self)
        let (position, overflow) = superblock.attributeTable.addingReportingOverflow(16)
        guard !overflow else { throw .corrupt("\(name) lies beyond the image") }
        let sets = try RecordTable(
            self,
            at: position,
            count: Int(count),
            recordSize: AttributeTable.setSize,
            name
        )
        return AttributeReader(
            sets: sets,
            pairs: try metadata(from: start, to: superblock.attributeTable, name)
        )
    }

    private func number(at position: UInt64) throws(ImageError) -> UInt64 {
        var cursor = ByteCursor(try source.read(at: position, count: 8), "a table's position")
        return try cursor.number()
    }
}
