extension FolderListing {
    /// The entries of a folder; their names are in order, none is empty, has a slash, or is "." or "..".
    ///
    /// The folder's index must lead to runs and have their first names: the kernel looks for names by it.
    static func read(_ folder: FolderContent, from table: MetadataTable) throws(ImageError) -> [FolderEntry] {
        var cursor = table.cursor(at: folder.listing)
        var left = Int(folder.size)
        var entries: [FolderEntry] = []
        var signposts = folder.index[...]
        while left > 0 {
            let first = entries.count
            let place = (UInt32(Int(folder.size) - left), cursor.reference.block)
            guard left >= runHeaderSize else { throw .corrupt("a folder's listing ends too early") }
            let count = try cursor.number(UInt32.self)
            let block = try cursor.number(UInt32.self)
            let number = try cursor.number(UInt32.self)
            left -= runHeaderSize
            guard count < longestRun else { throw .corrupt("a folder's listing has a run of \(count) names") }
            for _ in 0...count {
                let entry = try readEntry(&cursor, block, number, &left)
                if let last = entries.last, !last.name.lexicographicallyPrecedes(entry.name) {
                    throw .corrupt("the names in a folder are not in order")
                }
                entries.append(entry)
            }
            if let next = signposts.first, (next.position, UInt64(next.block)) == place,
                next.name == entries[first].name
            {
                signposts.removeFirst()
            }
        }
        guard signposts.isEmpty else { throw .corrupt("the index of a folder does not lead to its names") }
        return entries
    }

    private static func readEntry(
        _ cursor: inout MetadataCursor,
        _ block: UInt32,
        _ number: UInt32,
        _ left: inout Int
    ) throws(ImageError) -> FolderEntry {
        guard left >= entryHeaderSize else { throw .corrupt("a folder's listing ends too early") }
        let offset = try cursor.number(UInt16.self)
        let step = Int16(bitPattern: try cursor.number(UInt16.self))
        let kind = try cursor.number(UInt16.self)
        let length = try bounded(UInt32(try cursor.number(UInt16.self)) + 1, to: 256, "a name in a folder")
        let name = try cursor.take(length)
        left -= entryHeaderSize + length
        guard left >= 0 else { throw .corrupt("a folder's listing ends too early") }
        guard let kind = InodeKind(rawValue: kind) else {
            throw .corrupt("a name has the unknown kind \(kind)")
        }
        let isPlain = !name.contains(UInt8(ascii: "/")) && !name.contains(0)
        guard isPlain, name != Array(".".utf8), name != Array("..".utf8) else {
            throw .corrupt("a folder has a name that cannot be")
        }
        return FolderEntry(
            name: name,
            kind: kind,
            inode: MetadataReference(block: UInt64(block), offset: offset),
            number: number &+ UInt32(bitPattern: Int32(step))
        )
    }
}
