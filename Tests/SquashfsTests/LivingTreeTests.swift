internal import Glibc
internal import Linux
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

/// Trees that change while they are packed; the test makes each change at an exact point.
@Suite struct LivingTreeTests {
    /// Where the packing is when the test makes the change.
    enum Point: CaseIterable {
        /// The walk has read the folder's name and has not opened the folder yet.
        case inWalk
        case afterWalk
        /// With --sort: every file has been read once, and will be read again.
        case betweenReadings
    }

    /// Packs, and makes a change at the given point.
    private func pack(_ bench: Bench, _ point: Point, _ change: @escaping () throws -> Void) throws
        -> DataPass
    {
        bench.options.sortsByLikeness = point == .betweenReadings
        var walk = TreeWalk(bench.options)
        var folders = 0
        try walk.run { () throws(PackError) in
            folders += 1
            if point == .inWalk, folders == 2 { try? change() }
        }
        if point == .afterWalk { try change() }
        var isChanged = false
        // The whole blocks of `sub/long` are compressed after the first reading of the files before it.
        let compressor = RunCompressor(whenGiven: { block in
            if point == .betweenReadings, !isChanged, block.starts(with: "text ".utf8) {
                isChanged = true
                try? change()
            }
        })
        var pass = DataPass(walk, into: try bench.body(compressor))
        try pass.run()
        return pass
    }

    private func node(_ path: String, _ tree: Tree) -> NodeID? {
        var node: NodeID? = .root
        for name in path.split(separator: "/") {
            node = node.flatMap { tree.child(of: $0, named: Array(name.utf8)) }
        }
        return node
    }

    private func size(_ path: String, _ pass: borrowing DataPass) -> UInt64? {
        node(path, pass.tree).map { pass.body.data.content(of: DataID(Int(pass.tree[$0].detail))).size }
    }

    private func rename(_ bench: Bench, _ old: String, _ new: String) {
        // Safe: the paths are lent for the call.
        #expect(unsafe Glibc.rename(bench.folder.path(old), bench.folder.path(new)) == 0)
    }

    /// A folder with a secret outside of the tree, and a folder with the same names inside.
    private func bench() throws -> Bench {
        let bench = try Bench()
        for path in ["secrets", "root/a", "root/a/inner"] {
            try makeDirectory(bench.folder.path(path), mode: 0o755)
        }
        try makeDirectory(bench.folder.path("secrets/inner"), mode: 0o755)
        try bench.folder.write("a secret outside of the tree", to: "secrets/inner/key")
        try bench.folder.write("mine", to: "root/a/inner/key")
        return bench
    }

    @Test(arguments: Point.allCases, [true, false])
    func folderThatBecomesALinkLeadsNowhere(at point: Point, isParent: Bool) throws {
        let bench = try bench()
        let name = isParent ? "root/a" : "root/a/inner"
        let pass = try pack(bench, point) {
            rename(bench, name, "away")
            // Safe: the paths are lent for the call.
            let target = bench.folder.path(isParent ? "secrets" : "secrets/inner")
            #expect(unsafe symlink(target, bench.folder.path(name)) == 0)
        }
        let size = size("a/inner/key", pass)
        #expect(size == nil || size == 4, "nothing but what was in the tree")
        #expect(!pass.changes.isEmpty || point == .inWalk)
    }

    /// A file that is protected now must not stand in the image with less protection.
    @Test func folderThatAnotherOneReplacesIsGoneUnlessItIsProtectedAlike() throws {
        for mode in [0o700, 0o755] as [mode_t] {
            let bench = try bench()
            try makeDirectory(bench.folder.path("root/other"), mode: mode)
            try bench.folder.write("of the other folder", to: "root/other/key")
            let pass = try pack(bench, .afterWalk) {
                rename(bench, "root/a/inner", "away")
                rename(bench, "root/other", "root/a/inner")
            }
            #expect(size("a/inner/key", pass) == (mode == 0o755 ? 19 : nil))
            #expect(pass.changes.contains { $0.contains("/a/inner/key ") })
        }
    }

    @Test func folderThatChangesDuringTheWalkIsTakenAsItIsNow() throws {
        let bench = try bench()
        var walk = TreeWalk(bench.options)
        var folders = 0
        try walk.run { () throws(PackError) in
            folders += 1
            guard folders == 2 else { return }
            rename(bench, "root/a", "away")
            _ = try? makeDirectory(bench.folder.path("root/a"), mode: 0o700)
        }
        let a = try #require(node("a", walk.tree))
        #expect(walk.tree[a].permissions == 0o700)
        #expect(walk.changes == [bench.folder.path("root/a") + " changed while the tree was walked"])
    }

    /// Its files may have been written when nobody else could read them any more.
    @Test(arguments: Point.allCases) func folderThatIsClosedIsClosedInTheImage(at point: Point) throws {
        let bench = try bench()
        // Safe: the paths are lent for the calls.
        #expect(unsafe chmod(bench.folder.path("root/a/inner/key"), 0o644) == 0)
        let pass = try pack(bench, point) {
            #expect(unsafe chmod(bench.folder.path("root/a"), 0o700) == 0)
            try bench.folder.write("a secret", to: "root/a/inner/key")
        }
        let a = try #require(node("a", pass.tree))
        #expect(pass.tree[a].permissions == 0o700)
        #expect(pass.changes.contains { $0.contains("/root/a ") } || point == .inWalk)
        let name = try #require(try bench.unfinished())
        #expect(try bench.mode(name) == 0o600)
    }

    /// What was read in a folder that is open yet may have been written after it was closed.
    @Test(arguments: [true, false])
    func folderThatIsClosedAndMovedAwayIsClosedInTheImage(isReplaced: Bool) throws {
        let bench = try bench()
        for file in ["a/inner/key", "a/inner/long"] {
            try bench.folder.write(String(repeating: "text ", count: 5000), to: "root/\(file)")
        }
        var walk = TreeWalk(bench.options)
        try walk.run()
        var isChanged = false
        // When the first block is compressed the folder is open.
        let compressor = RunCompressor(whenGiven: { _ in
            guard !isChanged else { return }
            isChanged = true
            // Safe: the path is lent for the call.
            #expect(unsafe chmod(bench.folder.path("root/a/inner"), 0o700) == 0)
            rename(bench, "root/a/inner", "away")
            if isReplaced { _ = try? makeDirectory(bench.folder.path("root/a/inner"), mode: 0o755) }
        })
        var pass = DataPass(walk, into: try bench.body(compressor))
        try pass.run()
        let inner = try #require(node("a/inner", pass.tree))
        #expect(pass.tree[inner].permissions == 0o700)
        #expect(pass.changes.contains { $0.contains("/root/a/inner ") })
    }

    @Test func folderThatIsOpenedIsNotOpenInTheImage() throws {
        let bench = try bench()
        // Safe: the paths are lent for the calls.
        #expect(unsafe chmod(bench.folder.path("root/a"), 0o700) == 0)
        let pass = try pack(bench, .afterWalk) {
            #expect(unsafe chmod(bench.folder.path("root/a"), 0o755) == 0)
        }
        #expect(node("a", pass.tree).map { pass.tree[$0].permissions } == 0o700)
    }

    /// A line's mode is what somebody wants, whatever the folder's own is.
    @Test func folderOfALineKeepsTheLinesMode() throws {
        let bench = try bench()
        bench.options.pseudo = [try #require(PseudoLine(Array("/a d 751 0 0".utf8)))]
        let pass = try pack(bench, .afterWalk) {
            // Safe: the path is lent for the call.
            #expect(unsafe chmod(bench.folder.path("root/a"), 0o700) == 0)
        }
        #expect(node("a", pass.tree).map { pass.tree[$0].permissions } == 0o751)
    }

    /// What is written into it from then on is not for others.
    @Test(arguments: [(0o644, 0o600), (0o600, 0o644)] as [(mode_t, mode_t)])
    func fileIsAsClosedAsItWasAtAnyTimeWhileItWasRead(before: mode_t, after: mode_t) throws {
        let bench = try bench()
        let path = bench.folder.path("root/sub/long")
        // Safe: the path is lent for the calls.
        #expect(unsafe chmod(path, before) == 0)
        var walk = TreeWalk(bench.options)
        try walk.run()
        let compressor = RunCompressor(whenGiven: { _ in #expect(unsafe chmod(path, after) == 0) })
        var pass = DataPass(walk, into: try bench.body(compressor))
        try pass.run()
        let long = try #require(node("sub/long", pass.tree))
        #expect(pass.tree[long].permissions == 0o600)
        #expect(pass.changes == ["\(path) changed while it was read"])
        let name = try #require(try bench.unfinished())
        #expect(try bench.mode(name) == 0o600)
    }

    /// The bytes, the mode and the owner in the image belong to the same file.
    @Test func fileThatAnotherOneReplacesIsStoredAsItIsNow() throws {
        let bench = try bench()
        let pass = try pack(bench, .afterWalk) {
            try bench.folder.write("private now", to: "root/new")
            // Safe: the path is lent for the call.
            #expect(unsafe chmod(bench.folder.path("root/new"), 0o600) == 0)
            rename(bench, "root/new", "root/one")
        }
        let one = try #require(node("one", pass.tree))
        #expect(pass.tree[one].permissions == 0o600)
        #expect(size("one", pass) == 11)
        #expect(size("twin", pass) == 3)
        #expect(pass.changes == [bench.folder.path("root/one") + " changed"])
    }

    @Test func nameOfAFileThatAnotherOneReplacesSpeaksNoLongerForItsOtherNames() throws {
        let bench = try bench()
        // Safe: the paths are lent for the call.
        #expect(unsafe link(bench.folder.path("root/one"), bench.folder.path("root/zwei")) == 0)
        let pass = try pack(bench, .afterWalk) {
            try bench.folder.write("another file", to: "root/new")
            rename(bench, "root/new", "root/one")
        }
        #expect(size("one", pass) == 12)
        #expect(size("zwei", pass) == 3)
        #expect(node("zwei", pass.tree).map { pass.tree[$0].count } == 1)
    }

    /// Of files with the same bytes, the one that was read first changes, in its length or not, before its
    /// second reading.
    @Test(arguments: ["NEW", "another text", ""], [false, true])
    func changedFileNeverSpeaksForItsTwins(text: String, isLarge: Bool) throws {
        let bench = try bench()
        let old = isLarge ? String(repeating: "0123456789", count: 1000) : "old"
        let new = isLarge ? old.dropLast(3) + text : text[...]
        for name in ["root/o1", "root/o2", "root/o3"] { try bench.folder.write(old, to: name) }
        let pass = try pack(bench, .betweenReadings) { try bench.folder.write(String(new), to: "root/o1") }
        let one = try #require(node("o1", pass.tree))
        let twin = try #require(node("o2", pass.tree))
        #expect(pass.tree[one].detail != pass.tree[twin].detail)
        #expect(node("o3", pass.tree).map { pass.tree[$0].detail } == pass.tree[twin].detail)
        #expect(size("o1", pass) == UInt64(new.utf8.count))
        #expect(size("o2", pass) == UInt64(old.utf8.count))
        #expect(pass.changes == [bench.folder.path("root/o1") + " changed while it was read"])
    }

    @Test(arguments: Replacement.allCases)
    func secondReadingAsksForTheKind(replacement: Replacement) throws {
        let bench = try bench()
        try bench.folder.write("alone", to: "root/one")
        let pass = try pack(bench, .betweenReadings) { try bench.replace("root/one", by: replacement) }
        #expect(size("one", pass) == (replacement == .file ? 6 : nil))
        #expect(pass.changes.count == 1)
    }

    @Test func fileThatBecomesPrivateMakesTheImagePrivate() throws {
        let bench = try Bench()
        // Safe: the paths are lent for the calls.
        #expect(unsafe chmod(bench.folder.path("root/one"), 0o644) == 0)
        var walk = TreeWalk(bench.options)
        try walk.run()
        #expect(unsafe chmod(bench.folder.path("root/one"), 0o600) == 0)
        var pass = DataPass(walk, into: try bench.body(RunCompressor()))
        try pass.run()
        let name = try #require(try bench.unfinished())
        #expect(try bench.mode(name) == 0o600)
    }

    /// Each file holds its own number many times, and every state of it is whole, so the test can judge what
    /// is in the image.
    @Test(arguments: [false, true]) func everyFileIsAStateThatItHad(sorts: Bool) throws {
        var random = SeededGenerator(seed: sorts ? 2 : 1)
        for round in 0..<25 {
            let bench = try Bench()
            bench.options.sortsByLikeness = sorts
            var states: [String: Set<[UInt8]>] = [:]
            func write(_ name: String) throws {
                let text = String(repeating: "\(Int.random(in: 0..<3, using: &random)) ", count: 2500)
                try bench.folder.write(text, to: "root/new")
                rename(bench, "root/new", name)
                states[name, default: []].insert(Array(text.utf8))
            }
            let names = (0..<12).map { "root/sub/f\($0)" }
            for name in names { try write(name) }
            var walk = TreeWalk(bench.options)
            try walk.run()
            let compressor = RunCompressor(whenCalled: {
                if let name = names.randomElement(using: &random) { try? write(name) }
            })
            var pass = DataPass(walk, into: try bench.body(compressor))
            try pass.run()
            let told = pass.changes
            let image = try bench.image(consume pass, compressor)
            var walkBack = ImageWalk(image)
            try walkBack.run { (entry) throws(ImageError) in
                let name = "root/" + String(decoding: entry.path, as: UTF8.self)
                guard let states = states[name], case .file(let content) = entry.inode.content else { return }
                var bytes: [UInt8] = []
                try? image.forEachBlock(of: content) { (block: [UInt8]?, length) throws(ImageError) in
                    bytes += block ?? Array(repeating: 0, count: Int(length))
                }
                let isTold = told.contains { $0.contains(name) }
                #expect(states.contains(bytes) || isTold, "round \(round), \(name)")
            }
        }
    }
}

extension Bench {
    /// The name of the image that is being written.
    func unfinished() throws -> String? {
        try Folder(root: Array(folder.path("").utf8)).names().map { String(decoding: $0, as: UTF8.self) }
            .first { $0.hasPrefix("image.unfinished.") }
    }

    func mode(_ name: String) throws -> UInt32 {
        try SourceFile(path: Array(folder.path(name).utf8)).status.mode & 0o7777
    }

    /// The image of a finished pass, read with the compressor that stored its blocks.
    func image(_ pass: consuming DataPass, _ compressor: RunCompressor) throws -> ImageReader {
        var writer = try ImageWriter(tree: pass.tree, data: pass.body.data, compressor: compressor)
        let (tables, superblock) = try writer.finish(time: 0)
        let name = try #require(try unfinished())
        // `Packer` does the same, but in the file itself.
        let stored = try bytes(name).prefix(Int(superblock.inodeTable - Self.start))
        let image = superblock.encoded + stored + tables
        return try ImageReader(source: ImageBytes(image), decompressor: compressor)
    }

    private static var start: UInt64 { 96 }
}
