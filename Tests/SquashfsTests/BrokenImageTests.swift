internal import TestKit
internal import Testing

@testable import Squashfs

/// A trap would end the whole test run: reaching the end is the proof.
@Suite struct BrokenImageTests {
    @Test(arguments: 0..<8 as Range<UInt64>) func flippedBitsNeverCrashTheReader(seed: UInt64) throws {
        let whole = try SampleImage.whole.get()
        var random = SeededGenerator(seed: seed)
        var refused = 0
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // Half of the flips hit the superblock and the tables' ends, where the numbers are.
                let near = Bool.random(using: &random) ? 0..<96 : 0..<bytes.count
                bytes[Int.random(in: near, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            do { try SampleImage.readAll(bytes) } catch { refused += 1 }
        }
        #expect(refused > 20, "damage is found")
    }

    @Test func nameThatWouldCommandATerminalIsShownHarmless() throws {
        var tree = Tree(root: Node(kind: .folder))
        _ = try tree.identities.index(of: 0)
        tree.add(Node(kind: .file), named: Array("\u{1B}[2Jred".utf8), to: .root)
        let compressor = RunCompressor()
        let head = ImageWriter.head(superblock: Superblock(blockSize: 4096).encoded, level: 0)
        var data = DataArea(blockSize: 4096, start: UInt64(head.count))
        tree[NodeID(1)].detail = UInt32(data.openFile().index)
        let block = data.addBlock(Array(repeating: 7, count: 4096))
        var image = head + data.place(block, compressed: compressor.compress(block.bytes))
        var writer = try ImageWriter(tree: tree, data: data, compressor: compressor)
        let (tables, superblock) = try writer.finish(time: 0)
        image += tables
        image.replaceSubrange(..<Superblock.size, with: superblock.encoded)
        try SampleImage.readAll(image)
        image[head.count] -= 1
        let error = #expect(throws: ImageError.self) { try SampleImage.readAll(image) }
        #expect(error.map { "\($0)" }?.contains("in /\\x1b[2Jred, the block") == true)
    }

    @Test func everyShorterImageIsRefused() throws {
        let whole = try SampleImage.whole.get()
        for length in stride(from: 0, to: whole.count, by: 97) {
            #expect(throws: ImageError.self) { try SampleImage.readAll(Array(whole[..<length])) }
        }
    }

    @Test(arguments: [8, 16, 26, 32, 40, 48, 56, 64, 72, 80, 88])
    func hugeNumbersInTheSuperblockAreRefusedOrHarmless(
        offset: Int
    ) throws {
        for value in [0x7F, 0x80, 0xFF] as [UInt8] {
            var bytes = try SampleImage.whole.get()
            for index in offset..<min(offset + 8, 96) { bytes[index] = value }
            _ = try? SampleImage.readAll(bytes)
        }
    }

    private func tables(_ image: [UInt8], fragments: Int) -> TableReader {
        var superblock = Superblock(blockSize: 4096)
        superblock.fragmentTable = UInt64(image.count - fragments / 512 * 8)
        superblock.fragments = UInt32(fragments)
        superblock.bytesUsed = UInt64(image.count)
        return TableReader(source: ImageBytes(image), decompressor: RunCompressor(), superblock: superblock)
    }

    /// Without this check, a few bytes could stand for a table that fills the memory, and one block be read
    /// for ever.
    @Test func fragmentsThatHaveNoRoomAreRefused() throws {
        var image = [UInt8](repeating: 0, count: Superblock.size)
        let block = UInt64(image.count)
        image.append(little: UInt16(MetadataWriter.blockSize) | 0x8000)
        image += [UInt8](repeating: 1, count: MetadataWriter.blockSize)
        image.append(little: block)
        let table = try #require(try tables(image, fragments: 512).fragments())
        var record = try table.record(511)
        #expect(try record.number(UInt64.self) == 0x0101_0101_0101_0101)
        image.append(little: block)
        #expect(throws: ImageError.self, "the same block of the table again") {
            try tables(image, fragments: 1024).fragments()
        }
        #expect(throws: ImageError.self, "more of them than the image has bytes") {
            try tables(image, fragments: image.count + 1).fragments()
        }
    }

    @Test(arguments: [(200, true), (300, false)])
    func attributesThatNoKernelListsAreRefused(count: Int, areRead: Bool) throws {
        let compressor = RunCompressor()
        var writer = MetadataWriter(compressor: compressor)
        for _ in 0..<count {
            writer.append([0, 0, 250, 0] + Array(repeating: UInt8(ascii: "n"), count: 250) + [0, 0, 0, 0])
        }
        var image = [UInt8](repeating: 0, count: Superblock.size) + writer.finish()
        let end = UInt64(image.count)
        var set = [UInt8](repeating: 0, count: 8)
        set.append(little: UInt32(count))
        set.append(little: 0 as UInt32)
        let position = LookupTable.append(set, to: &image, imageStart: 0, compressor: compressor)
        var superblock = Superblock(blockSize: 4096)
        superblock.bytesUsed = UInt64(image.count)
        let tables = TableReader(source: ImageBytes(image), decompressor: compressor, superblock: superblock)
        let reader = AttributeReader(
            sets: try RecordTable(tables, at: position, count: 1, recordSize: 16, "the sets"),
            pairs: try tables.metadata(from: UInt64(Superblock.size), to: end, "the pairs")
        )
        #expect((try? reader.set(0))?.count == (areRead ? count : nil))
        #expect(((try? reader.judge(0)) != nil) == areRead)
    }

    @Test func noiseIsNoImage() throws {
        var random = SeededGenerator(seed: 1)
        for length in [0, 1, 95, 96, 5000] {
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: ImageError.self) { try SampleImage.readAll(noise) }
        }
    }
}
