internal import Testing

@testable import Squashfs

@Suite struct ImageRoundTripTests {
    @Test func imageIsReadBackWhole() throws {
        var check = ImageCheck(try SampleImage.reader(SampleImage.whole.get()))
        try check.run()
        #expect(check.kinds == [.folder: 2, .file: 351, .link: 1, .characterDevice: 350])
        #expect(check.holeBytes == 2 * 4096)
    }

    @Test func sameTreeGivesTheSameBytes() throws {
        #expect(try SampleImage.make() == SampleImage.make())
    }

    @Test func namesLeadToTheirInodes() throws {
        let image = try SampleImage.reader(SampleImage.whole.get())
        var paths: [String: Inode] = [:]
        var walk = ImageWalk(image)
        try walk.run { (entry) throws(ImageError) in
            paths[String(decoding: entry.path, as: UTF8.self)] = entry.inode
        }
        #expect(paths.count == 705)
        #expect(paths["a-file"] == paths["b-alias"])
        #expect(paths["a-file"]?.links == 2)
        #expect(paths["link"]?.content == .link(Array("a-file".utf8)))
        #expect(paths["folder/name-1001"]?.content == nil, "names have their bytes after the digits")
        #expect(paths["vanished"] == nil)
        let file = try #require(paths["a-file"])
        #expect(
            try image.attributes(of: file) == [
                ExtendedAttribute(name: Array("user.a".utf8), value: [1, 2, 3])
            ]
        )
    }

    @Test func longFolderHasAnIndexWithTheFirstNameOfEachBlock() throws {
        let image = try SampleImage.reader(SampleImage.whole.get())
        var index: [FolderIndexEntry] = []
        var names: Set<[UInt8]> = []
        var walk = ImageWalk(image)
        try walk.run { (entry) throws(ImageError) in
            if case .folder(let folder) = entry.inode.content, !entry.path.isEmpty { index = folder.index }
            if entry.path.starts(with: Array("folder/".utf8)) { names.insert(Array(entry.path.dropFirst(7))) }
        }
        #expect(index.count >= 3)
        #expect(index.allSatisfy { names.contains($0.name) })
        #expect(index.map(\.position) == index.map(\.position).sorted())
    }

    /// The kernel would not find names that are there.
    @Test func indexThatDoesNotLeadToTheNamesIsRefused() throws {
        let image = try SampleImage.reader(SampleImage.whole.get())
        var whole = FolderContent()
        var walk = ImageWalk(image)
        try walk.run { (entry) throws(ImageError) in
            if case .folder(let folder) = entry.inode.content, !entry.path.isEmpty { whole = folder }
        }
        try #require(whole.index.count >= 2)
        #expect(try image.entries(of: whole).count == 700)
        let changes: [(inout FolderIndexEntry) -> Void] = [
            { $0.position += 1 }, { $0.block += 1 }, { $0.name[0] += 1 }, { $0.name.append(1) },
        ]
        for change in changes {
            for index in whole.index.indices {
                var folder = whole
                change(&folder.index[index])
                #expect(throws: ImageError.self) { try image.entries(of: folder) }
            }
        }
        whole.index.swapAt(0, 1)
        #expect(throws: ImageError.self) { try image.entries(of: whole) }
    }

    @Test func fileBytesComeBackWithTheirHoles() throws {
        let image = try SampleImage.reader(SampleImage.whole.get())
        let root = try image.inode(at: image.superblock.root)
        guard case .folder(let listing) = root.content else { return #expect(Bool(false)) }
        let entry = try #require(try image.entries(of: listing).first)
        guard case .file(let file) = try image.inode(at: entry.inode).content else {
            return #expect(Bool(false))
        }
        #expect(file.size == 4 * 4096 + 3)
        #expect(file.sparse == 2 * 4096)
        var blocks: [[UInt8]?] = []
        try image.forEachBlock(of: file) { (bytes: [UInt8]?, _) throws(ImageError) in blocks.append(bytes) }
        #expect(blocks.map { $0?.first } == [0, nil, 7, 9], "holes that follow each other are one")
    }
}
