internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct ReadWholeTests {
    @Test(arguments: [(0, ""), (1, "s"), (5, "steve"), (4096, "steve")])
    func atMostTheLimitIsRead(limit: Int, expected: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("steve", to: "file")
        #expect(try readWhole(file, limit: limit) == Array(expected.utf8))
    }

    @Test func aLongFileOfTheKernelIsReadInPieces() throws {
        let map = try readWhole("/proc/self/maps", limit: 1 << 20)
        #expect(map.count > 4096)
        #expect(map.last == UInt8(ascii: "\n"))
    }

    @Test func aMissingFileIsAnError() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try readWhole("/nonexistent", limit: 1) }
        #expect(throws: Errno.isDirectory) { try readWhole("/", limit: 1) }
    }

    @Test func entriesAreAllNamesButTheDots() throws {
        let folder = try TemporaryFolder()
        for name in ["a", ".b", "c d"] { try folder.write("", to: name) }
        #expect(Set(try entries(ofDirectory: folder.path)) == ["a", ".b", "c d"])
        #expect(throws: Errno.notDirectory) { try entries(ofDirectory: folder.path("a")) }
    }

    @Test func aTemporaryFolderGoesWithItsContents() throws {
        var folder: TemporaryFolder? = try TemporaryFolder()
        let path = try #require(folder).path
        try folder?.write("x", to: "file")
        folder = nil
        #expect(throws: Errno.noSuchFileOrDirectory) { try entries(ofDirectory: path) }
    }
}
