/// A file's bytes in the image, shared by the files that have the same ones.
package struct DataID: Hashable, Sendable {
    package let index: Int
    package init(_ index: Int) { self.index = index }
}

/// A block that waits for its compression and then for its place in the image.
package struct PendingBlock: Sendable {
    enum Owner: Sendable {
        case file(DataID, block: Int)
        case fragment(Int)
    }

    let owner: Owner
    package let bytes: [UInt8]
}

/// The middle of an image: where each file's blocks and fragments lie.
///
/// Blocks are handed out as they are filled, may be compressed by anyone in any order, and must be placed in the order
/// in which they were handed out: a file's blocks lie one after the other.
package struct DataArea {
    private struct Record {
        /// Of the first block that is not a hole; 0 when there is none.
        var start: UInt64 = 0
        var size: UInt64 = 0
        var sparse: UInt64 = 0
        var firstBlock = 0
        var blockCount: UInt32 = 0
        var fragment = Fragment.none
        var fragmentOffset: UInt32 = 0
    }

    package let blockSize: Int
    /// Where the next placed block will start.
    package private(set) var position: UInt64
    package private(set) var fragments: [Fragment] = []
    private var records: [Record] = []
    private var sizes: [StoredSize] = []
    private var tails: [UInt8] = []

    package init(blockSize: Int, start: UInt64) {
        self.blockSize = blockSize
        position = start
    }

    /// Starts a file; its blocks follow before any other file's.
    package mutating func openFile() -> DataID {
        records.append(Record(firstBlock: sizes.count))
        return DataID(records.count - 1)
    }

    /// Adds a block to the file that was opened last: a whole one, or the file's last.
    package mutating func addBlock(_ bytes: [UInt8]) -> PendingBlock {
        let file = DataID(records.count - 1)
        records[file.index].size += UInt64(bytes.count)
        records[file.index].blockCount += 1
        sizes.append(.hole)
        return PendingBlock(owner: .file(file, block: sizes.count - 1), bytes: bytes)
    }

    /// Adds whole blocks of zeros to the file that was opened last.
    package mutating func addHoles(_ count: Int) {
        let bytes = UInt64(count) * UInt64(blockSize)
        records[records.count - 1].size += bytes
        records[records.count - 1].sparse += bytes
        records[records.count - 1].blockCount += UInt32(count)
        sizes += repeatElement(.hole, count: count)
    }

    /// Adds the last bytes of a file, fewer than a block.
    ///
    /// Hands out the fragment block that had no room for them.
    package mutating func addTail(_ bytes: [UInt8], of file: DataID) -> PendingBlock? {
        let full = tails.count + bytes.count > blockSize ? closeFragment() : nil
        records[file.index].size += UInt64(bytes.count)
        records[file.index].fragment = UInt32(fragments.count)
        records[file.index].fragmentOffset = UInt32(tails.count)
        tails += bytes
        return full
    }

    /// Hands out the fragment block that is being filled, if it has anything in it.
    package mutating func closeFragment() -> PendingBlock? {
        guard !tails.isEmpty else { return nil }
        fragments.append(Fragment())
        defer { tails = [] }
        return PendingBlock(owner: .fragment(fragments.count - 1), bytes: tails)
    }

    /// Gives a block its place: `compressed` are its stored bytes, nil when it is stored as it is.
    ///
    /// Returns what is to be appended to the image.
    package mutating func place(_ block: PendingBlock, compressed: [UInt8]?) -> [UInt8] {
        let stored = compressed ?? block.bytes
        let size = StoredSize(bytes: stored.count, isCompressed: compressed != nil)
        switch block.owner {
        case .file(let file, let index):
            if records[file.index].start == 0 { records[file.index].start = position }
            sizes[index] = size
        case .fragment(let index):
            fragments[index].position = position
            fragments[index].size = size
        }
        position += UInt64(stored.count)
        return stored
    }

    package func size(of file: DataID) -> UInt64 { records[file.index].size }

    func content(of file: DataID) -> FileContent {
        let record = records[file.index]
        return FileContent(
            start: record.start,
            size: record.size,
            // A file that is all hole would seem to the kernel to have no blocks at all.
            sparse: record.size > 0 ? min(record.sparse, record.size - 1) : 0,
            fragment: record.fragment,
            fragmentOffset: record.fragmentOffset,
            blocks: Array(sizes[record.firstBlock..<record.firstBlock + Int(record.blockCount)])
        )
    }
}
