import Glibc
import Linux
import SystemPackage
import TestKit
import Testing

@Suite struct NewFileTests {
    @Test func itAppearsWholeAndLeavesNothingBeside() throws {
        let folder = try TemporaryFolder()
        let file = try NewFile(folder.path("trace"))
        #expect((try? FileStatus(ofPath: folder.path("trace"))) == nil)
        try file.write(Array("whole".utf8))
        #expect(try readWhole(folder.path("trace"), limit: 16) == Array("whole".utf8))
        #expect(try entries(ofDirectory: folder.path) == ["trace"])
    }

    @Test func oneThatIsNotWrittenLeavesTheOldOne() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "trace")
        do { _ = try NewFile(folder.path("trace")) }
        #expect(try readWhole(folder.path("trace"), limit: 16) == Array("old".utf8))
        #expect(try entries(ofDirectory: folder.path) == ["trace"])
    }

    @Test func aDeviceIsWrittenToAndStays() throws {
        let file = try NewFile("/dev/null")
        try file.write([1])
        #expect(try FileStatus(ofPath: "/dev/null").kind == .characterDevice)
    }

    @Test func aLinkStaysAndLeadsToWhatWasWritten() throws {
        let folder = try TemporaryFolder()
        try folder.write("older and longer", to: "there")
        #expect(unsafe symlink(folder.path("there"), folder.path("link")) == 0)
        do { _ = try NewFile(folder.path("link")) }
        #expect(try readWhole(folder.path("there"), limit: 32) == Array("older and longer".utf8))
        try NewFile(folder.path("link")).write(Array("new".utf8))
        #expect(try readWhole(folder.path("there"), limit: 32) == Array("new".utf8))
        #expect(try FileStatus(ofPath: folder.path("link")).kind == .link)
    }

    @Test func whereNothingCanBeWrittenIsSaidAtOnce() throws {
        let folder = try TemporaryFolder()
        #expect(throws: Errno.isDirectory) { _ = try NewFile(folder.path) }
        #expect(throws: Errno.noSuchFileOrDirectory) { _ = try NewFile(folder.path("no/trace")) }
    }
}
