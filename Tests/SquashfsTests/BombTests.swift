internal import Testing

@testable import Squashfs

/// Counts how many blocks a reader decompresses.
private final class CountingDecompressor: BlockDecompressor {
    private let inner = RunCompressor()
    var calls = 0

    func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        calls += 1
        return inner.decompress(bytes, limit: limit)
    }
}

/// Images that are small and claim to be large: the cost of reading them follows from their real size.
@Suite struct BombTests {
    private static let blocks = 1 << 21

    /// Files whose lists of blocks are zeros, so that all blocks are holes.
    ///
    /// With `overlap` each list reaches over the inodes and lists of the files after it.
    private func image(files: Int, names: Int, overlap: Bool) throws -> [UInt8] {
        let compressor = RunCompressor()
        let size = UInt64(Self.blocks) * 4096
        var inodes = MetadataWriter(compressor: compressor)
        var entries: [FolderEntry] = []
        var table: [UInt8] = []
        for file in 0..<files {
            let inode = Inode(
                permissions: 0o644,
                user: 0,
                group: 0,
                modified: 0,
                number: UInt32(file + 2),
                links: UInt32(names),
                attributes: Inode.noAttributes,
                content: .file(FileContent(size: size, sparse: size - 1))
            )
            for name in 0..<names {
                var entry = FolderEntry(
                    name: Array("n\(1000 + file)-\(10000 + name)".utf8),
                    kind: .file,
                    inode: MetadataReference(block: 0, offset: 0),
                    number: inode.number
                )
                entry.inode.offset = UInt16(table.count)
                entries.append(entry)
            }
            table += inode.encoded
        }
        table += [UInt8](repeating: 0, count: 8192 - table.count)
        inodes.append(table)
        let zeros = [UInt8](repeating: 0, count: 8192)
        for _ in 0..<(overlap ? Self.blocks / 2048 : files * Self.blocks / 2048) { inodes.append(zeros) }
        var listings = MetadataWriter(compressor: compressor)
        let listing = FolderListing(entries, into: &listings)
        let root = Inode(
            permissions: 0o755,
            user: 0,
            group: 0,
            modified: 0,
            number: 1,
            links: 2,
            attributes: Inode.noAttributes,
            content: .folder(
                FolderContent(
                    listing: listing.start,
                    size: listing.size,
                    parent: UInt32(files + 2),
                    index: listing.index
                )
            )
        )
        var superblock = Superblock(blockSize: 4096)
        superblock.root = inodes.reference
        inodes.append(root.encoded)
        superblock.inodes = UInt32(files + 1)
        superblock.ids = 1
        var image = [UInt8](repeating: 0, count: Superblock.size)
        superblock.inodeTable = UInt64(image.count)
        image += inodes.finish()
        superblock.folderTable = UInt64(image.count)
        image += listings.finish()
        superblock.idTable = LookupTable.append(
            [0, 0, 0, 0],
            to: &image,
            imageStart: 0,
            compressor: compressor
        )
        superblock.bytesUsed = UInt64(image.count)
        image.replaceSubrange(..<Superblock.size, with: superblock.encoded)
        return image
    }

    /// How many blocks a reader decompresses.
    private func cost(_ image: [UInt8], _ use: (ImageReader) throws -> Void) throws -> Int {
        let counter = CountingDecompressor()
        try use(try ImageReader(source: ImageBytes(image), decompressor: counter))
        return counter.calls
    }

    @Test func listOfBlocksIsNotReadByWhoWantsNoBytes() throws {
        let image = try image(files: 1, names: 3, overlap: false)
        let calls = try cost(image) { reader in
            var walk = ImageWalk(reader)
            try walk.run { (_) throws(ImageError) in }
        }
        #expect(calls < 10)
    }

    @Test func listOfBlocksIsReadOnceHoweverManyNamesItsFileHas() throws {
        let image = try image(files: 1, names: 500, overlap: false)
        let calls = try cost(image) { reader in
            var check = ImageCheck(reader)
            try check.run()
            #expect(check.holeBytes == UInt64(Self.blocks) * 4096)
        }
        #expect(calls < Self.blocks / 2048 + 20)
    }

    @Test func listsOfBlocksThatReachIntoEachOtherAreRefused() throws {
        let image = try image(files: 100, names: 1, overlap: true)
        var calls = 0
        #expect(throws: ImageError.self) {
            calls = try cost(image) { try ImageCheck($0).runOnce() }
        }
        #expect(calls == 0)
    }

    /// Folders that are nested deeply: the walk puts a path together only when somebody asks for it.
    @Test func deepImageIsRead() throws {
        var tree = Tree(root: Node(kind: .folder))
        _ = try tree.identities.index(of: 0)
        var folder = NodeID.root
        for _ in 0..<30_000 {
            folder = tree.add(Node(kind: .folder), named: Array("a-name".utf8), to: folder)
        }
        let data = DataArea(blockSize: 4096, start: UInt64(Superblock.size))
        var writer = try ImageWriter(tree: tree, data: data, compressor: RunCompressor())
        let (tables, superblock) = try writer.finish(time: 0)
        let image = superblock.encoded + tables
        var deepest = 0
        var walk = ImageWalk(try SampleImage.reader(image))
        try walk.run { (entry) throws(ImageError) in
            // The writer numbers the deepest folder first.
            if entry.inode.number == 1 { deepest = entry.path.count }
        }
        #expect(deepest == 30_000 * 7 - 1)
    }
}

extension ImageCheck {
    fileprivate func runOnce() throws(ImageError) {
        var check = self
        try check.run()
    }
}
