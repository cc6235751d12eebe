internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct TokenFileTests {
    @Test func onlyPipesAndDevicesAreJobservers() throws {
        let folder = try TemporaryFolder()
        _ = try NamedPipe(makingAt: folder.path("pipe"), mode: 0o600)
        #expect(TokenFile.flaw(folder.path("pipe")) == nil)
        #expect(TokenFile.flaw("/dev/null") == nil)
        try folder.write("text", to: "file")
        #expect(TokenFile.flaw(folder.path("file")) == "it is an ordinary file")
        #expect(unsafe symlink(folder.path("pipe"), folder.path("link")) == 0)
        #expect(TokenFile.flaw(folder.path("link")) == "it is a symbolic link")
        #expect(TokenFile.flaw(folder.path) == "it is a folder")
        #expect(TokenFile.flaw(folder.path("none")) == "No such file or directory")
    }
}
