internal import Glibc
internal import Linux
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

/// A folder with a few files, and an image beside it.
final class Bench {
    let folder: TemporaryFolder
    var options = PackOptions()

    init() throws {
        folder = try TemporaryFolder()
        for path in ["root", "root/sub", "root/empty"] { try makeDirectory(folder.path(path), mode: 0o755) }
        try folder.write("one", to: "root/one")
        try folder.write("one", to: "root/twin")
        try folder.write(String(repeating: "text ", count: 20_000), to: "root/sub/long")
        options.roots = [Array(folder.path("root").utf8)]
        options.output = Array(folder.path("image").utf8)
        options.level = 1
        options.blockSize = 4096
    }

    func pack() throws -> PackSummary { try Packer(options, jobserver: nil).run() }

    /// An image in the making.
    func body(_ compressor: RunCompressor) throws -> ImageBody {
        ImageBody(
            data: DataArea(blockSize: 4096, start: 96),
            output: try OutputFile(path: options.output),
            press: BlockPress(workers: 1, tokens: FreeTokens()) { compressor },
            clock: ProgressClock(total: 1, signals: nil, report: nil)
        )
    }

    /// Puts something else in a file's place; nil is nothing.
    func replace(_ name: String, by replacement: PackingTests.Replacement?) throws {
        let path = folder.path(name)
        // Safe: the path is lent for the calls.
        _ = unsafe remove(path)
        switch replacement {
        case nil: break
        case .folder: try makeDirectory(path, mode: 0o755)
        case .link: #expect(unsafe symlink("/etc/passwd", path) == 0)
        case .pipe: #expect(unsafe mkfifo(path, 0o600) == 0)
        case .socket: #expect(unsafe mknod(path, S_IFSOCK | 0o600, 0) == 0)
        case .file: try folder.write("a file", to: name)
        }
    }

    func setTime(of name: String, nanoseconds: Int) throws {
        let time = timespec(tv_sec: 1000, tv_nsec: nanoseconds)
        // Safe: the arguments are lent for the call.
        try #require(unsafe utimensat(AT_FDCWD, folder.path(name), [time, time], 0) == 0)
    }

    func bytes(_ name: String = "image") throws -> [UInt8] {
        let file = try SourceFile(path: Array(folder.path(name).utf8))
        return try file.read(at: 0, count: Int(file.status.size))
    }

    /// The image's paths.
    func paths() throws -> [String] {
        var paths: [String] = []
        var walk = ImageWalk(try ImageFile(path: options.output).reader())
        try walk.run { (entry) throws(ImageError) in paths.append(String(decoding: entry.path, as: UTF8.self))
        }
        return paths.sorted()
    }

    /// What differs between the image and its first root as it is.
    func differences() throws -> [String] {
        var plain = PackOptions()
        plain.roots = [options.roots[0]]
        return try differences(plain)
    }

    func differences(_ plain: PackOptions) throws -> [String] {
        let reader = try ImageFile(path: options.output).reader()
        var check = ImageCheck(reader)
        try check.run()
        var comparison = try TreeComparison(reader, plain)
        try comparison.run()
        return comparison.differences
    }
}

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

    @Test func noTimeIsLaterThanTheEpochThatWasGiven() throws {
        let bench = try Bench()
        bench.options.latestTime = 1000
        _ = try bench.pack()
        let reader = try ImageFile(path: bench.options.output).reader()
        #expect(reader.superblock.time == 1000)
        #expect(try reader.inode(at: reader.superblock.root).modified == 1000)
    }

    @Test func rulesLeaveOutAndKeep() throws {
        let bench = try Bench()
        try bench.folder.write("x", to: "root/sub/kept")
        for rule in ["/sub/", "!/sub/kept", "/empty", "/nothing"] {
            _ = bench.options.rules.add(line: Array(rule.utf8))
        }
        #expect(try bench.pack().unusedRules == ["/nothing"])
        #expect(try bench.paths() == ["", "one", "sub", "sub/kept", "twin"])
        var survey = ExclusionSurvey(bench.options)
        var excluded: [String] = []
        try survey.run { excluded.append(String(decoding: $0, as: UTF8.self)) }
        #expect(excluded == ["empty", "sub"])
        #expect(survey.amounts.map(\.bytes) == [100_000, 1, 0, 0])
        #expect(survey.kept.bytes == 7)
    }

    @Test func folderWithNothingKeptGoes() throws {
        let bench = try Bench()
        for rule in ["/sub/", "!/sub/other"] { _ = bench.options.rules.add(line: Array(rule.utf8)) }
        _ = try bench.pack()
        #expect(try bench.paths() == ["", "empty", "one", "twin"])
    }

    @Test func pseudoLinesAddAndChange() throws {
        let bench = try Bench()
        for line in [
            "/dev d 755 0 0", "/dev/console c 600 0 5 5 1", "/empty d 1777 1 2", "/one c 600 0 0 1 3",
        ] {
            bench.options.pseudo.append(try #require(PseudoLine(Array(line.utf8))))
        }
        _ = try bench.pack()
        #expect(try bench.paths() == ["", "dev", "dev/console", "empty", "one", "sub", "sub/long", "twin"])
        bench.options.pseudo = [try #require(PseudoLine(Array("/no/where d 755 0 0".utf8)))]
        #expect(throws: PackError.self) { try bench.pack() }
    }

    @Test func folderOfALineStaysAlthoughItIsExcluded() throws {
        let bench = try Bench()
        for rule in ["/sub/", "!/sub/other"] { _ = bench.options.rules.add(line: Array(rule.utf8)) }
        bench.options.pseudo = [try #require(PseudoLine(Array("/sub d 755 0 0".utf8)))]
        _ = try bench.pack()
        #expect(try bench.paths() == ["", "empty", "one", "sub", "twin"])
    }

    @Test(arguments: ["/new d 755 0 0", "/one c 600 0 0 1 3", "/sub/new d 755 0 0"])
    func twoLinesAboutOnePathAreRefused(line: String) throws {
        let bench = try Bench()
        let line = try #require(PseudoLine(Array(line.utf8)))
        bench.options.pseudo = [line, line]
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.hasPrefix("two lines of --pseudo are about /") == true)
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
        #expect(error.map { "\($0)" }?.hasPrefix("/empty is a folder") == true)
    }

    @Test func tooManyRootsAreRefused() throws {
        let bench = try Bench()
        bench.options.roots = Array(repeating: bench.options.roots[0], count: 257)
        #expect(throws: PackError.self) { try bench.pack() }
        bench.options.roots.removeLast()
        _ = try bench.pack()
        #expect(try bench.differences() == [])
    }

    /// Its blocks' sizes alone would fill the memory.
    @Test func fileThatIsTooLargeIsRefused() throws {
        let bench = try Bench()
        let large = Int(FileContent.mostBlocks) * bench.options.blockSize
        // Safe: the path is lent for the call.
        #expect(unsafe truncate(bench.folder.path("root/one"), large + 1) == 0)
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.contains("root/one") == true)
    }

    @Test func failureLeavesTheOldImageAndNothingElse() throws {
        let bench = try Bench()
        _ = try bench.pack()
        let old = try bench.bytes()
        bench.options.roots = [Array(bench.folder.path("missing").utf8)]
        #expect(throws: PackError.self) { try bench.pack() }
        #expect(try bench.bytes() == old)
        #expect(throws: (any Error).self) { try bench.bytes("image.unfinished") }
    }

    @Test func imageInTheTreeIsNotPartOfItself() throws {
        let bench = try Bench()
        bench.options.output = Array(bench.folder.path("root/sub/image").utf8)
        _ = try bench.pack()
        let first = try bench.bytes("root/sub/image")
        let again = try bench.pack()
        #expect(again.warnings.contains { $0.contains("root/sub/image is the image that is being") })
        #expect(try bench.paths().contains("sub/image") == false)
        #expect(first.isEmpty == false)
    }

    @Test func ruleThatMatchesTheImageItselfMatchesSomething() throws {
        let bench = try Bench()
        bench.options.output = Array(bench.folder.path("root/sub/image").utf8)
        _ = try bench.pack()
        _ = bench.options.rules.add(line: Array("image".utf8))
        let again = try bench.pack()
        #expect(again.unusedRules == [])
        #expect(again.warnings == [])
    }

    @Test func folderInThePlaceOfTheImageIsRefusedAtOnce() throws {
        let bench = try Bench()
        bench.options.output = Array(bench.folder.path("root/empty").utf8)
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.hasSuffix("root/empty: Is a directory") == true)
    }

    @Test func whatIsNoFileIsNotReplacedByTheImage() throws {
        let bench = try Bench()
        // Safe: the path is lent for the call.
        #expect(unsafe mkfifo(bench.folder.path("image"), 0o600) == 0)
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.contains("/image is not a file") == true)
        bench.options.output = []
        #expect(throws: PackError.self) { try bench.pack() }
    }

    /// As /dev/stdout does; renaming would take its place.
    @Test func linkToAnOpenFileIsNotReplacedByTheImage() throws {
        let bench = try Bench()
        // Safe: the paths are lent for the call.
        #expect(unsafe symlink("/proc/self/exe", bench.folder.path("image")) == 0)
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.contains("/image is not a file") == true)
    }

    @Test func secondPackerOfTheSameImageIsRefused() throws {
        let bench = try Bench()
        let other = try OutputFile(path: bench.options.output)
        #expect(throws: PackError.self) { try bench.pack() }
        _ = consume other
        _ = try bench.pack()
    }

    @Test(arguments: [false, true]) func fileThatVanishesIsReportedAndLeftOut(sorts: Bool) throws {
        let bench = try Bench()
        bench.options.sortsByLikeness = sorts
        var walk = TreeWalk(bench.options)
        try walk.run()
        // Safe: the path is lent for the call.
        #expect(unsafe unlink(bench.folder.path("root/one")) == 0)
        try bench.folder.write("now it is another size", to: "root/twin")
        let body = try bench.body(RunCompressor())
        var pass = DataPass(walk, into: body)
        try pass.run()
        #expect(pass.changes.contains(bench.folder.path("root/one") + " vanished"))
        #expect(pass.changes.contains(bench.folder.path("root/twin") + " changed"))
    }

    /// What stands in the place of a file when it is read.
    enum Replacement: CaseIterable { case folder, link, pipe, socket, file }

    @Test(arguments: Replacement.allCases, [false, true])
    func fileWhoseNameIsSomethingElseIsReportedAndLeftOut(by replacement: Replacement, sorts: Bool) throws {
        let bench = try Bench()
        bench.options.sortsByLikeness = sorts
        var walk = TreeWalk(bench.options)
        try walk.run()
        try bench.replace("root/one", by: replacement)
        if replacement == .file {
            // Its folder is a file now.
            try bench.replace("root/sub/long", by: nil)
            try bench.replace("root/sub", by: .file)
        }
        var pass = try DataPass(walk, into: bench.body(RunCompressor()))
        try pass.run()
        let path = bench.folder.path(replacement == .file ? "root/sub/long" : "root/one")
        #expect(pass.changes.contains(path + " vanished"))
    }

    /// The first name goes, either before the first reading or, with `sorts`, before the second.
    @Test(arguments: ["link", "twin"], [false, true])
    func otherNamesOfAFileThatVanishesStay(kept: String, sorts: Bool) throws {
        let bench = try Bench()
        // Of three names the first two go, or of two files with the same bytes the first one.
        // Safe: the paths are lent for the calls.
        _ = unsafe link(bench.folder.path("root/one"), bench.folder.path("root/one-again"))
        _ = unsafe link(bench.folder.path("root/one"), bench.folder.path("root/sub/link"))
        if kept == "link" { _ = unsafe unlink(bench.folder.path("root/twin")) }
        bench.options.sortsByLikeness = sorts
        var walk = TreeWalk(bench.options)
        try walk.run()
        let gone = kept == "link" ? ["one", "one-again"] : ["one", "one-again", "sub/link"]
        let vanish = { for name in gone { _ = unsafe unlink(bench.folder.path("root/" + name)) } }
        if !sorts { vanish() }
        // The whole blocks of `sub/long` are compressed when `one` has been read for the first time.
        let compressor = RunCompressor(whenCalled: { if sorts { vanish() } })
        var pass = try DataPass(walk, into: bench.body(compressor))
        try pass.run()
        #expect(pass.changes.count == gone.count)
        let tree = pass.tree
        let node = try #require(tree.ids.first { tree.name(of: $0) == Array(kept.utf8) })
        #expect((tree[node].kind, tree[node].count) == (.file, 1))
        #expect(pass.body.data.content(of: DataID(Int(tree[node].detail))).size == 3)
    }

    @Test func secondsAreNotEnoughToTellThatAFileChanged() throws {
        let bench = try Bench()
        bench.options.sortsByLikeness = true
        try bench.setTime(of: "root/one", nanoseconds: 1)
        var walk = TreeWalk(bench.options)
        try walk.run()
        let compressor = RunCompressor(whenCalled: {
            _ = try? bench.folder.write("two", to: "root/one")
            _ = try? bench.setTime(of: "root/one", nanoseconds: 2)
        })
        var pass = try DataPass(walk, into: bench.body(compressor))
        try pass.run()
        #expect(pass.changes == [bench.folder.path("root/one") + " changed while it was read"])
    }

    @Test func fileThatWasWrittenAfterTheWalkIsReportedAlthoughItsSizeIsTheSame() throws {
        let bench = try Bench()
        try bench.setTime(of: "root/one", nanoseconds: 1)
        var walk = TreeWalk(bench.options)
        try walk.run()
        try bench.setTime(of: "root/one", nanoseconds: 2)
        var pass = try DataPass(walk, into: bench.body(RunCompressor()))
        try pass.run()
        #expect(pass.changes == [bench.folder.path("root/one") + " changed"])
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

    /// Between its first reading and that for its place beside its like a file loses its bytes.
    @Test func fileThatChangesBeforeItsTailIsStoredIsReported() throws {
        let bench = try Bench()
        bench.options.sortsByLikeness = true
        var walk = TreeWalk(bench.options)
        try walk.run()
        let one = try #require(walk.tree.ids.first { walk.tree.name(of: $0) == Array("one".utf8) })
        // The whole blocks of `sub/long` are compressed when `one` has been read.
        let compressor = RunCompressor(whenCalled: { _ = try? bench.folder.write("", to: "root/one") })
        let body = try bench.body(compressor)
        var pass = DataPass(walk, into: body)
        try pass.run()
        #expect(pass.changes == [bench.folder.path("root/one") + " changed while it was read"])
        let content = pass.body.data.content(of: DataID(Int(pass.tree[one].detail)))
        #expect(content.size == 0)
        #expect(content.fragment == Fragment.none)
    }
}
