internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct ProgramDetachedTests {
    @Test func theProgramIsNobodysChildInItsOwnSession() throws {
        let folder = try TemporaryFolder()
        let pipe = try NamedPipe(makingAt: folder.path("ready"), mode: 0o600)
        let facts = "echo $$; cut -d' ' -f4,6 /proc/$$/stat; readlink /proc/$$/fd/0 /proc/$$/fd/1"
        let script = "{ \(facts); } >'\(folder.path("out"))'; echo >/proc/$$/fd/\(pipe.raw)"
        try Program(["sh", "-c", script]).startDetached(inheriting: [pipe.raw])
        #expect(try ByteFile(folder.path("ready"), waiting: true).read() == 10)
        let words = String(decoding: try readWhole(folder.path("out"), limit: 256), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(words.count == 5)
        #expect(words[1] != "\(getpid())")
        #expect(words[2] == words[0])
        #expect(words[3] == "/dev/null")
    }

    @Test func errorsGoWhereTheyAreSentAndOutputNowhere() throws {
        let folder = try TemporaryFolder()
        let pipe = try NamedPipe(makingAt: folder.path("log"), mode: 0o600)
        try Program(["sh", "-c", "echo o; echo e >&2; echo f >&2"]).startDetached(errors: pipe.raw)
        let log = try ByteFile(folder.path("log"), waiting: true)
        #expect(try (0..<4).map { _ in try log.read() } == Array("e\nf\n".utf8))
    }

    @Test func whatCannotBeRunIsAnError() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try Program(["/nowhere/x"]).startDetached() }
    }
}
