/// A part of a file as an image has it.
enum StoredPart {
    /// Blocks of zeros, of which nothing is stored.
    case holes(bytes: UInt64)
    case block(StoredSize, position: UInt64, length: Int)
    case tail(fragment: UInt32, offset: UInt32, length: Int)

    var length: UInt64 {
        switch self {
        case .holes(let bytes): bytes
        case .block(_, _, let length), .tail(_, _, let length): UInt64(length)
        }
    }
}

/// Goes through a file's list of blocks.
struct BlockListReader {
    private static let wordsAtOnce: UInt64 = 2048

    private let file: FileContent
    private let blockSize: UInt64
    private var cursor: MetadataCursor
    private var words: [UInt32] = []
    private var place = 0
    /// Blocks whose sizes are not read yet.
    private var blocksLeft: UInt64
    private var bytesLeft: UInt64
    private var position: UInt64

    init(_ file: FileContent, blockSize: UInt32, _ inodes: MetadataTable) {
        self.file = file
        self.blockSize = UInt64(blockSize)
        cursor = inodes.cursor(at: file.list.start)
        blocksLeft = file.list.count
        bytesLeft = file.size
        position = file.start
    }

    /// The next part, nil after the last.
    mutating func next() throws(ImageError) -> StoredPart? {
        let holes = try takeHoles()
        if holes > 0 { return .holes(bytes: holes) }
        if place < words.count {
            let size = StoredSize(rawValue: words[place])
            place += 1
            let length = takeBytes()
            defer {
                // A damaged position may lie anywhere; reading there is refused.
                position &+= UInt64(size.bytes)
            }
            return .block(size, position: position, length: Int(length))
        }
        guard bytesLeft > 0 else { return nil }
        return .tail(fragment: file.fragment, offset: file.fragmentOffset, length: Int(takeBytes()))
    }

    /// The bytes of the blocks of zeros that come next.
    private mutating func takeHoles() throws(ImageError) -> UInt64 {
        var bytes: UInt64 = 0
        while true {
            if place == words.count {
                guard blocksLeft > 0 else { return bytes }
                try readWords()
            }
            while place < words.count {
                guard words[place] == 0 else { return bytes }
                place += 1
                bytes += takeBytes()
            }
        }
    }

    private mutating func takeBytes() -> UInt64 {
        let length = min(bytesLeft, blockSize)
        bytesLeft -= length
        return length
    }

    private mutating func readWords() throws(ImageError) {
        let count = min(blocksLeft, Self.wordsAtOnce)
        blocksLeft -= count
        place = 0
        words = try cursor.words(Int(count))
    }
}
