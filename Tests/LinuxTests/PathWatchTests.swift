internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct PathWatchTests {
    @Test func whatHappensToAPipeIsTold() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("pipe")
        let pipe = try NamedPipe(makingAt: path, mode: 0o600)
        let watch = try PathWatch(path, for: [.opened, .closed, .accessed, .modified, .attributes])
        let loop = try EventLoop()
        try loop.watch(watch.raw, key: 1)
        #expect(try watch.happened() == [])
        #expect(loop.wait(until: 0) == 0)
        let other = try NamedPipe(path: path)
        #expect(loop.wait(until: 0) == 1)
        #expect(try watch.happened() == .opened)
        _ = try other.put(2)
        #expect(try watch.happened() == .modified)
        _ = try pipe.take(1)
        #expect(try watch.happened() == .accessed)
        _ = consume other
        #expect(try watch.happened().isSubset(of: .closed))
        try removeFile(path)
        #expect(try watch.happened() == .attributes)
        #expect(loop.wait(until: 0) == 0)
    }

    @Test func manyEventsAreOneSet() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("pipe")
        let pipe = try NamedPipe(makingAt: path, mode: 0o600)
        let watch = try PathWatch(path, for: [.accessed, .modified])
        for _ in 0..<200 {
            _ = try pipe.put(1)
            _ = try pipe.take(1)
        }
        #expect(try watch.happened() == [.accessed, .modified])
        #expect(try watch.happened() == [])
    }

    @Test func otherEventsAreToldAfterAChange() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("pipe")
        let pipe = try NamedPipe(makingAt: path, mode: 0o600)
        let watch = try PathWatch(path, for: .opened)
        _ = try pipe.put(2)
        _ = try pipe.take(1)
        #expect(try watch.happened() == [])
        try watch.change(to: .accessed, at: path)
        _ = try pipe.take(1)
        #expect(try watch.happened() == .accessed)
    }

    @Test func theFilesEndIsTold() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x", to: "file")
        let watch = try PathWatch(path, for: [.removed, .moved])
        try removeFile(path)
        #expect(try watch.happened().isSuperset(of: .removed))
    }

    @Test func aMissingFileCannotBeWatched() {
        #expect(throws: Errno.noSuchFileOrDirectory) { _ = try PathWatch("/nonexistent", for: .opened) }
    }
}
