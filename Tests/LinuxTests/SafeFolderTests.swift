internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct SafeFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func itIsMadeAndRepairedWithItsMode() throws {
        let safe = SafeFolder(folder.path("new"), mode: 0o755)
        try safe.make()
        try PathHandle(safe.path).setAccess(mode: 0o300)
        try safe.make()
        #expect(try FileStatus(ofPath: safe.path).mode == 0o755)
        try safe.check()
    }

    @Test func whatOthersMayChangeOrLeadsElsewhereIsRefused() throws {
        #expect(throws: SafeFolder.Flaw.relative) { try SafeFolder("relative", mode: nil).make() }
        #expect(unsafe symlink(folder.path, folder.path("link")) == 0)
        #expect(throws: SafeFolder.Flaw.link) { try SafeFolder(folder.path("link"), mode: nil).make() }
        try folder.write("text", to: "file")
        #expect(throws: SafeFolder.Flaw.failed(.notDirectory)) {
            try SafeFolder(folder.path("file"), mode: nil).make()
        }
        try SafeFolder(folder.path("open"), mode: nil).make()
        try PathHandle(folder.path("open")).setAccess(mode: 0o777)
        #expect(throws: SafeFolder.Flaw.open) { try SafeFolder(folder.path("open"), mode: nil).make() }
        #expect(throws: SafeFolder.Flaw.open) {
            try SafeFolder(folder.path("open/below"), mode: nil, parent: folder.path("open")).make()
        }
        // In a folder with the sticky bit nobody replaces another user's file.
        try PathHandle(folder.path("open")).setAccess(mode: 0o1777)
        try SafeFolder(folder.path("open"), mode: nil).make()
    }

    @Test func theFirstThatCanBeUsedIs() throws {
        let folders = ["/proc/none", "relative", folder.path("good"), folder.path("better")]
        let (index, flaws) = try SafeFolder.first(folders.map { SafeFolder($0, mode: 0o700) })
        #expect(index == 2)
        #expect(flaws == [.failed(.noSuchFileOrDirectory), .relative])
    }
}
