/// What a folder's listing says about one name.
package struct FolderEntry: Equatable, Sendable {
    package var name: [UInt8]
    package var kind: InodeKind
    package var inode: MetadataReference
    package var number: UInt32
}

/// The names in a folder, sorted by their bytes, in runs whose inodes share a metadata block.
///
/// ```text
/// run:   0 entries - 1, 32 bits    4 inodes' block    8 inode number of the first
/// entry: 0 offset in that block, 16 bits   2 number - the run's number, signed
///        4 kind   6 name's length - 1   8 name
/// ```
/// A run has at most 256 entries. Here it also ends with its own metadata block, so that the index of a long
/// folder (`FolderIndexEntry`) leads to at most 8 KiB of names.
struct FolderListing {
    static let longestRun = 256
    static let runHeaderSize = 12
    static let entryHeaderSize = 8

    private(set) var size: UInt32 = 0
    private(set) var index: [FolderIndexEntry] = []
    let start: MetadataReference

    /// Writes the listing; `entries` are in order of their names.
    init(_ entries: [FolderEntry], into table: inout MetadataWriter) {
        start = table.reference
        var rest = entries[...]
        var lastBlock = start.block
        while let first = rest.first {
            let place = table.reference
            if place.block != lastBlock {
                index.append(FolderIndexEntry(position: size, block: UInt32(place.block), name: first.name))
                lastBlock = place.block
            }
            let run = Self.run(at: rest, room: MetadataWriter.blockSize - Int(place.offset))
            let bytes = Self.encode(rest[run])
            table.append(bytes)
            size += UInt32(bytes.count)
            rest = rest[run.upperBound...]
        }
        // Of a short one two blocks are read at most, and its folder's inode stays small.
        if size <= MetadataWriter.blockSize { index = [] }
    }

    /// The longest run at the head of `entries` whose entries start within `room` bytes.
    private static func run(at entries: ArraySlice<FolderEntry>, room: Int) -> Range<Int> {
        guard let first = entries.first else { return entries.startIndex..<entries.startIndex }
        var end = entries.startIndex
        var used = runHeaderSize
        for entry in entries.prefix(longestRun) {
            let step = Int(entry.number) - Int(first.number)
            let fits = entry.inode.block == first.inode.block && Int(Int16.min)...Int(Int16.max) ~= step
            guard fits, end == entries.startIndex || used < room else { break }
            used += entryHeaderSize + entry.name.count
            end += 1
        }
        return entries.startIndex..<end
    }

    private static func encode(_ run: ArraySlice<FolderEntry>) -> [UInt8] {
        guard let first = run.first else { return [] }
        var bytes: [UInt8] = []
        bytes.append(little: UInt32(run.count - 1))
        bytes.append(little: UInt32(first.inode.block))
        bytes.append(little: first.number)
        for entry in run {
            bytes.append(little: entry.inode.offset)
            bytes.append(little: UInt16(truncatingIfNeeded: Int(entry.number) - Int(first.number)))
            bytes.append(little: entry.kind.rawValue)
            bytes.append(little: UInt16(entry.name.count - 1))
            bytes += entry.name
        }
        return bytes
    }
}
