internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct FileUsersTests {
    @Test func everyProcessThatHasTheFileOpenIsFound() throws {
        let folder = try TemporaryFolder()
        let pipe = try NamedPipe(makingAt: folder.path("pipe"), mode: 0o600)
        #expect(FileUsers(of: pipe.identity).pids.contains(getpid()))
        let child = try Program(["sleep", "60"]).start(inheriting: [pipe.raw])
        let stranger = try Program(["sleep", "60"]).start()
        // Maybe more than these: a child that another test has just started has our descriptors until it
        // executes its program.
        let users = Set(FileUsers(of: pipe.identity).pids)
        #expect(users.isSuperset(of: [getpid(), child]))
        #expect(!users.contains(stranger))
        for pid in [child, stranger] {
            try ProcessDescriptor(pid).signal(SIGKILL)
            try waitForEnd(pid)
        }
        #expect(!FileUsers(of: pipe.identity).pids.contains(child))
    }

    @Test func aFileThatNobodyHasOpenHasNoUsers() throws {
        let folder = try TemporaryFolder()
        let identity = try FileStatus(ofPath: try folder.write("x", to: "file")).identity
        #expect(FileUsers(of: identity).pids == [])
    }

    @Test(.enabled(if: Privileges.isRoot, "needs root: who may look into everybody"))
    func rootMissesNobody() {
        #expect(!FileUsers(of: FileIdentity(device: 0, inode: 0)).isIncomplete)
    }
}
