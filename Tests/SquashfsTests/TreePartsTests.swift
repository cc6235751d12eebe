internal import Testing

@testable import Squashfs

@Suite struct TreePartsTests {
    @Test func superblockReadsBackWhatItWrites() throws {
        var superblock = Superblock(blockSize: 131_072)
        superblock.inodes = 7
        superblock.flags = [.exportable, .noAttributes]
        superblock.root = MetadataReference(block: 0x1234, offset: 99)
        superblock.exportTable = 1 << 40
        #expect(superblock.encoded.count == Superblock.size)
        #expect(try Superblock(decoding: superblock.encoded) == superblock)
    }

    @Test(arguments: [(0, 0), (20, 4), (12, 3), (22, 1), (28, 3)]) func otherFormatsAreRefused(
        offset: Int,
        value: UInt8
    ) {
        var bytes = Superblock(blockSize: 131_072).encoded
        bytes[offset] = value
        #expect(throws: ImageError.self) { try SampleImage.reader(bytes) }
    }

    @Test func moreIdsThanTheFormatCountsAreRefused() throws {
        var table = IdentityTable()
        for id in 0..<UInt32(IdentityTable.limit) { _ = try table.index(of: id) }
        #expect(throws: ImageError.self) { _ = try table.index(of: 1 << 30) }
        let known = try table.index(of: 5)
        #expect(known == 5)
    }

    @Test func equalAttributeSetsHaveOneNumber() {
        var table = AttributeTable()
        let one = ExtendedAttribute(name: Array("user.a".utf8), value: [1])
        let two = ExtendedAttribute(name: Array("security.capability".utf8), value: [2])
        let acl = ExtendedAttribute(name: Array("system.posix_acl_access".utf8), value: [3])
        let numbers = [[], [acl], [one, two], [two, acl, one], [one]].map { table.number(of: $0) }
        #expect(numbers == [Inode.noAttributes, Inode.noAttributes, 0, 0, 1])
    }

    /// What is left out of an image leaves neither its owner nor its attributes there.
    @Test func tableHasOnlyWhatIsInTheImage() throws {
        var tree = Tree(root: Node(kind: .folder))
        func attributes(_ name: String) -> UInt32 {
            tree.attributes.number(of: [ExtendedAttribute(name: Array("user.\(name)".utf8), value: [1])])
        }
        _ = try tree.identities.index(of: 0)
        for kind in [.gone, .pipe, .gone, .socket] as [Node.Kind] {
            var node = Node(kind: kind)
            let number = UInt32(tree.nodes.count)
            (node.user, node.group) = (try tree.identities.index(of: number), 0)
            node.attributes = attributes("\(number)")
            tree.add(node, named: [UInt8(number)], to: .root)
        }
        tree.forgetUnused()
        #expect(tree.identities.ids == [0, 2, 4])
        #expect(tree.attributes.count == 2)
        #expect(tree.nodes[2].user == 1 && tree.nodes[4].user == 2)
        #expect(tree.nodes[2].attributes == attributes("2") && tree.nodes[4].attributes == attributes("4"))
        #expect(attributes("1") == 2, "it was forgotten")
        #expect(try tree.identities.index(of: 3) == 3)
    }

    @Test func fragmentsHoldWhatFitsAndBlocksAreCountedInOrder() {
        var area = DataArea(blockSize: 100, start: 1000)
        let one = area.openFile()
        let none = area.addTail(Array(repeating: 1, count: 60), of: one)
        #expect(none?.bytes == nil)
        let two = area.openFile()
        let full = area.addTail(Array(repeating: 2, count: 50), of: two)
        #expect(full?.bytes.count == 60)
        let stored = full.map { area.place($0, compressed: [1, 2, 3]) }
        #expect(stored == [1, 2, 3])
        #expect(area.position == 1003)
        #expect(area.content(of: one).fragment == 0)
        #expect(area.content(of: two).fragment == 1)
        #expect(area.content(of: two).fragmentOffset == 0)
    }

    @Test(arguments: [(100, false), (1000, true)])
    func onlyALongListingHasAnIndex(names: Int, isIndexed: Bool) {
        var table = MetadataWriter(compressor: RunCompressor())
        // Fills most of a block, so that either listing goes on in the next one.
        table.append(Array(repeating: 1, count: 8000))
        let entries = (0..<names).map { number in
            FolderEntry(
                name: Array("name-\(1000 + number)".utf8),
                kind: .file,
                inode: MetadataReference(packed: UInt64(number)),
                number: UInt32(number + 1)
            )
        }
        #expect(FolderListing(entries, into: &table).index.isEmpty != isIndexed)
    }

    @Test func fileOfHolesIsNotAllSparse() {
        var area = DataArea(blockSize: 4096, start: 96)
        let file = area.openFile()
        area.addHoles(3)
        #expect(area.content(of: file).sparse == 3 * 4096 - 1)
        #expect(area.content(of: file).start == 0)
    }
}
