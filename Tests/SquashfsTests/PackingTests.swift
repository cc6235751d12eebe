internal import Glibc
internal import Linux
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

/// A packed tree comes back as it was, in few bytes, and always in the same ones.
@Suite struct PackingTests {
    @Test func treeComesBackAsItIs() throws {
        let bench = try Bench()
        #expect(try bench.pack().duplicates == 1)
        #expect(try bench.differences() == [])
    }

    @Test(arguments: [(4096 + 10, false), (4096 + 1025, false), (3000, true)])
    func theEndOfALargeFileIsABlockOfItsOwn(size: Int, shares: Bool) throws {
        let bench = try Bench()
        try bench.folder.write(
            String(repeating: "end", count: size / 3 + 1).prefix(size).description,
            to: "root/sub/long"
        )
        _ = try bench.pack()
        #expect(try bench.differences() == [])
        var found: FileContent?
        var walk = ImageWalk(try ImageFile(path: bench.options.output).reader())
        try walk.run { (entry) throws(ImageError) in
            if case .file(let content) = entry.inode.content, content.size == UInt64(size) { found = content }
        }
        #expect(found.map { $0.fragment != Fragment.none } == shares)
    }

    @Test func bytesDoNotDependOnWorkersOrTheOrderOfNames() throws {
        let bench = try Bench()
        var images: Set<[UInt8]> = []
        for sorts in [false, true] {
            bench.options.sortsByLikeness = sorts
            for workers in [1, 2, 4] {
                bench.options.workers = workers
                _ = try bench.pack()
                images.insert(try bench.bytes())
            }
            #expect(try bench.differences() == [])
        }
        #expect(images.count <= 2)
    }

    @Test func inodesAreNumberedInTheOrderInWhichTheyAreWritten() throws {
        let bench = try Bench()
        _ = try bench.pack()
        let reader = try ImageFile(path: bench.options.output).reader()
        #expect(try reader.inode(at: reader.superblock.root).number == reader.superblock.inodes)
    }

    @Test func noTimeIsLaterThanTheEpochThatWasGiven() throws {
        let bench = try Bench()
        bench.options.latestTime = 1000
        _ = try bench.pack()
        let reader = try ImageFile(path: bench.options.output).reader()
        #expect(reader.superblock.time == 1000)
        #expect(try reader.inode(at: reader.superblock.root).modified == 1000)
    }

    @Test func laterRootIsLaidOverTheEarlier() throws {
        let bench = try Bench()
        try makeDirectory(bench.folder.path("over"), mode: 0o755)
        try makeDirectory(bench.folder.path("over/sub"), mode: 0o755)
        try bench.folder.write("changed", to: "over/one")
        try bench.folder.write("new", to: "over/sub/new")
        bench.options.roots.append(Array(bench.folder.path("over").utf8))
        _ = try bench.pack()
        #expect(try bench.paths() == ["", "empty", "one", "sub", "sub/long", "sub/new", "twin"])
        #expect(
            try bench.differences().contains("/one has other bytes")
                || bench.differences().contains("/one has another size")
        )
        try bench.folder.write("", to: "over/empty")
        let error = #expect(throws: PackError.self) { try bench.pack() }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains("root/empty is a folder and "), "\(message)")
        #expect(message.contains("over/empty is none"), "\(message)")
    }

    @Test func tooManyRootsAreRefused() throws {
        let bench = try Bench()
        bench.options.roots = Array(repeating: bench.options.roots[0], count: 257)
        #expect(throws: PackError.self) { try bench.pack() }
        bench.options.roots.removeLast()
        _ = try bench.pack()
        #expect(try bench.differences() == [])
    }

    /// The list of its blocks' sizes alone would fill the memory.
    @Test func fileThatIsTooLargeIsRefused() throws {
        let bench = try Bench()
        let large = Int(FileContent.mostBlocks) * bench.options.blockSize
        // Safe: the path is lent for the call.
        #expect(unsafe truncate(bench.folder.path("root/one"), large + 1) == 0)
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.contains("root/one") == true)
    }

    @Test func progressCountsDuplicatesAndHoles() throws {
        let bench = try Bench()
        try bench.folder.write(String(repeating: "a", count: 10), to: "root/sparse")
        // Safe: the path is lent for the call.
        #expect(unsafe truncate(bench.folder.path("root/sparse"), 100 * 4096 + 5) == 0)
        var walk = TreeWalk(bench.options)
        try walk.run()
        let total = PackSummary(walk).fileBytes
        var pass = try DataPass(walk, into: bench.body(RunCompressor()))
        try pass.run()
        #expect(pass.duplicates == 1)
        #expect(pass.body.clock.progress.readBytes == total)
    }
}
