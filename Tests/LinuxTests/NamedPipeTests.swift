internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct NamedPipeTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("pipe")
    }

    @Test func tokensGoInAndOut() throws {
        let pipe = try NamedPipe(makingAt: path, mode: 0o600)
        #expect(try pipe.unread() == 0)
        #expect(try pipe.take(1) == 0)
        #expect(try pipe.put(5) == 5)
        #expect(try pipe.unread() == 5)
        #expect(try pipe.take(2) == 2)
        let other = try NamedPipe(path: path)
        #expect(try other.unread() == 3)
        #expect(try other.take(9) == 3)
        #expect(try pipe.put(0) == 0)
        #expect(try pipe.take(-1) == 0)
    }

    @Test func theByteIsAsAsked() throws {
        let pipe = try NamedPipe(makingAt: path, mode: 0o600)
        _ = try pipe.put(1)
        _ = try pipe.put(1, UInt8(ascii: "G"))
        #expect(try readWhole("/proc/self/fd/\(pipe.raw)", limit: 2) == Array("+G".utf8))
    }

    @Test func aFullPipeTakesWhatFits() throws {
        let pipe = try NamedPipe(makingAt: path, mode: 0o600)
        let fitted = try pipe.put(1 << 20)
        #expect(fitted >= 4096 && fitted < 1 << 20)
        #expect(try pipe.put(1) == 0)
        #expect(try pipe.unread() == fitted)
    }

    @Test func theModeIsNotCutByTheMask() throws {
        let pipe = try NamedPipe(makingAt: path, mode: 0o666)
        let status = try FileStatus(ofPath: path)
        #expect(status.mode == 0o666)
        #expect(status.kind == .pipe)
        let identity = pipe.identity
        #expect(status.identity == identity)
    }

    @Test func onlyAPipeIsOpened() throws {
        let file = try folder.write("x", to: "file")
        #expect(throws: Errno.invalidArgument) { _ = try NamedPipe(path: file) }
        #expect(throws: Errno.noSuchFileOrDirectory) { _ = try NamedPipe(path: path) }
        #expect(throws: Errno.tooManySymbolicLinkLevels) { _ = try NamedPipe(path: "/proc/self/cwd") }
        #expect(throws: Errno.fileExists) { _ = try NamedPipe(makingAt: file, mode: 0o600) }
        #expect(try readWhole(file, limit: 8) == Array("x".utf8))
    }

    @Test func aPipeThatCannotBeMadeAsAskedLeavesNothing() async {
        await #expect(processExitsWith: .success) {
            if Privileges.isRoot {
                try Privileges.drop(to: try #require(UserAccount.find("nobody")), keeping: [])
            }
            let folder = try TemporaryFolder()
            #expect(throws: Errno.notPermitted) {
                _ = try NamedPipe(makingAt: folder.path("pipe"), mode: 0o600, group: 0)
            }
            #expect(try entries(ofDirectory: folder.path) == [])
        }
    }
}
