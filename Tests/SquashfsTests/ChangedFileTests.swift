internal import Glibc
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

/// Files that change or vanish between the walk and their reading.
@Suite struct ChangedFileTests {
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

    @Test(arguments: Replacement.allCases, [false, true])
    func fileWhoseNameIsSomethingElseIsReportedAndLeftOut(by replacement: Replacement, sorts: Bool) throws {
        let bench = try Bench()
        bench.options.sortsByLikeness = sorts
        var walk = TreeWalk(bench.options)
        try walk.run()
        try bench.replace("root/one", by: replacement)
        if replacement == .file {
            // The folder of `sub/long` is a file now.
            try bench.replace("root/sub/long", by: nil)
            try bench.replace("root/sub", by: .file)
        }
        var pass = try DataPass(walk, into: bench.body(RunCompressor()))
        try pass.run()
        let path = bench.folder.path(replacement == .file ? "root/sub/long" : "root/one")
        #expect(pass.changes.contains(path + " vanished"))
    }

    /// The first name vanishes, either before the first reading or, with `sorts`, before the second.
    @Test(arguments: ["link", "twin"], [false, true])
    func otherNamesOfAFileThatVanishesStay(kept: String, sorts: Bool) throws {
        let bench = try Bench()
        // Two of a file's three names vanish, or all of them, so that only a file with the same bytes stays.
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
        // The whole blocks of `sub/long` are compressed after the first reading of `one`.
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

    /// A file loses its bytes after its first reading, before it is read again and stored beside files like
    /// it.
    @Test func fileThatChangesBeforeItsTailIsStoredIsReported() throws {
        let bench = try Bench()
        bench.options.sortsByLikeness = true
        var walk = TreeWalk(bench.options)
        try walk.run()
        let one = try #require(walk.tree.ids.first { walk.tree.name(of: $0) == Array("one".utf8) })
        // The whole blocks of `sub/long` are compressed after the first reading of `one`.
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
