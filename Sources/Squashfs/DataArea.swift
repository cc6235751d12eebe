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
/// Blocks are handed out as they are filled, may be compressed by anyone in any order, and must be placed in
/// the order in which they were handed out: a file's blocks lie one after the other.
package struct DataArea {
    /// A file; small, for a tree may have a million of them.
    private struct Record {
        var size: UInt64 = 0
        /// Its blocks, `none` when it has only a tail.
        var run = none
        var fragment = Fragment.none
        var fragmentOffset: UInt32 = 0
        static let none = UInt32.max
    }

    /// The blocks of a file.
    private struct Run {
        /// Where the first block is that is not a hole; 0 if there is none.
        var start: UInt64 = 0
        let first: Int
        var count = 0
    }

    package let blockSize: Int
    /// Where the next placed block will start.
    package private(set) var position: UInt64
    package private(set) var fragments: [Fragment] = []
    private var records: [Record] = []
    private var runs: [Run] = []
    private var sizes: [StoredSize] = []
    private var tails: [UInt8] = []

    package init(blockSize: Int, start: UInt64) {
        self.blockSize = blockSize
        position = start
    }

    /// Starts a file; its blocks follow before any other file's.
    package mutating func openFile() -> DataID {
        records.append(Record())
        return DataID(records.count - 1)
    }

    /// Adds a block to the file that was opened last: a whole one, or the file's last.
    package mutating func addBlock(_ bytes: [UInt8]) -> PendingBlock {
        let file = DataID(records.count - 1)
        records[file.index].size += UInt64(bytes.count)
        addSizes(1)
        return PendingBlock(owner: .file(file, block: sizes.count - 1), bytes: bytes)
    }

    private mutating func addSizes(_ count: Int) {
        let file = records.count - 1
        if records[file].run == Record.none {
            records[file].run = UInt32(runs.count)
            runs.append(Run(first: sizes.count))
        }
        runs[runs.count - 1].count += count
        sizes += repeatElement(.hole, count: count)
    }

    /// Adds whole blocks of zeros to the file that was opened last.
    package mutating func addHoles(_ count: Int) {
        records[records.count - 1].size += UInt64(count) * UInt64(blockSize)
        addSizes(count)
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

    /// Gives a block its place: `compressed` are its stored bytes, nil when it is stored uncompressed.
    ///
    /// Returns the bytes to append to the image.
    package mutating func place(_ block: PendingBlock, compressed: [UInt8]?) -> [UInt8] {
        let stored = compressed ?? block.bytes
        let size = StoredSize(bytes: stored.count, isCompressed: compressed != nil)
        switch block.owner {
        case .file(let file, let index):
            let run = Int(records[file.index].run)
            if runs[run].start == 0 { runs[run].start = position }
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
        var content = FileContent(
            size: record.size,
            fragment: record.fragment,
            fragmentOffset: record.fragmentOffset
        )
        guard record.run != Record.none else { return content }
        let run = runs[Int(record.run)]
        content.start = run.start
        content.blocks = Array(sizes[run.first..<run.first + run.count])
        // A file that is all hole would seem to the kernel to have no blocks at all.
        let holes = UInt64(content.blocks.count { $0 == .hole }) * UInt64(blockSize)
        if holes > 0 { content.sparse = min(holes, record.size - 1) }
        return content
    }
}
