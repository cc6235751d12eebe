@testable import Squashfs

/// Stores runs of equal bytes as their length, so that test images have compressed and raw blocks.
final class RunCompressor: BlockCompressor, BlockDecompressor {
    private let whenGiven: ([UInt8]) -> Void
    init(whenCalled: @escaping () -> Void = {}) { whenGiven = { _ in whenCalled() } }
    init(whenGiven: @escaping ([UInt8]) -> Void) { self.whenGiven = whenGiven }

    func compress(_ block: [UInt8]) -> [UInt8]? {
        whenGiven(block)
        var bytes: [UInt8] = []
        var rest = block[...]
        while let first = rest.first {
            let run = rest.prefix(255).prefix { $0 == first }
            bytes += [UInt8(run.count), first]
            rest = rest.dropFirst(run.count)
        }
        return bytes.count < block.count ? bytes : nil
    }

    func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard bytes.count.isMultiple(of: 2) else { return nil }
        var block: [UInt8] = []
        for pair in stride(from: 0, to: bytes.count, by: 2) {
            block += repeatElement(bytes[pair + 1], count: Int(bytes[pair]))
            guard block.count <= limit else { return nil }
        }
        return block
    }
}

/// An image in memory.
final class ImageBytes: ImageSource {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var size: UInt64 { UInt64(bytes.count) }

    func read(at position: UInt64, count: Int) throws(ImageError) -> [UInt8] {
        guard position <= size, size - position >= UInt64(count) else { throw .corrupt("beyond the end") }
        return Array(bytes[Int(position)..<Int(position) + count])
    }
}

/// A small image with everything in it, made without a file system.
enum SampleImage {
    static let blockSize = 4096

    /// Made once, because most tests only read it.
    static let whole = Result { try make() }

    static func make() throws -> [UInt8] {
        var tree = Tree(root: Node(kind: .folder))
        for id in [0, 1000, 70_000] as [UInt32] { _ = try tree.identities.index(of: id) }
        let compressor = RunCompressor()
        let head = ImageWriter.head(superblock: Superblock(blockSize: UInt32(blockSize)).encoded, level: 0)
        var data = DataArea(blockSize: blockSize, start: UInt64(head.count))
        var image = head
        func place(_ block: PendingBlock?) {
            if let block { image += data.place(block, compressed: compressor.compress(block.bytes)) }
        }
        var file = Node(kind: .file)
        file.attributes = tree.attributes.number(
            of: [ExtendedAttribute(name: Array("user.a".utf8), value: [1, 2, 3])])
        let big = data.openFile()
        file.detail = UInt32(big.index)
        place(data.addBlock((0..<blockSize).map { UInt8(truncatingIfNeeded: $0 &* 31) }))
        data.addHoles(2)
        place(data.addBlock(Array(repeating: 7, count: blockSize)))
        place(data.addTail([9, 9, 9], of: big))
        let original = tree.add(file, named: Array("a-file".utf8), to: .root)
        var alias = Node(kind: .alias)
        alias.detail = UInt32(original.index)
        tree[original].count = 2
        tree.add(alias, named: Array("b-alias".utf8), to: .root)
        let folder = tree.add(Node(kind: .folder), named: Array("folder".utf8), to: .root)
        var link = Node(kind: .link)
        link.detail = tree.addTarget(Array("a-file".utf8))
        tree.add(link, named: Array("link".utf8), to: .root)
        tree.add(Node(kind: .gone), named: Array("vanished".utf8), to: .root)
        for number in 0..<700 {
            var small = Node(kind: number % 2 == 0 ? .file : .characterDevice)
            small.user = UInt16(number % 3)
            small.detail = number % 2 == 0 ? UInt32(data.openFile().index) : UInt32(number)
            if number % 4 == 0 {
                place(
                    data.addTail(
                        Array(repeating: UInt8(truncatingIfNeeded: number), count: number),
                        of: DataID(Int(small.detail))
                    )
                )
            }
            let digits = Array("\(number + 1000)".utf8)
            tree.add(
                small,
                named: Array("name-".utf8) + digits + Array(repeating: 0xFF, count: number % 60),
                to: folder
            )
        }
        place(data.closeFragment())
        var writer = try ImageWriter(tree: tree, data: data, compressor: compressor)
        let (tables, superblock) = try writer.finish(time: 42)
        image += tables
        image.replaceSubrange(..<Superblock.size, with: superblock.encoded)
        return image
    }

    static func reader(_ bytes: [UInt8]) throws(ImageError) -> ImageReader {
        try ImageReader(source: ImageBytes(bytes), decompressor: RunCompressor())
    }

    /// Does everything that a reader can do with an image.
    static func readAll(_ bytes: [UInt8]) throws(ImageError) {
        var check = ImageCheck(try reader(bytes))
        try check.run()
    }
}
