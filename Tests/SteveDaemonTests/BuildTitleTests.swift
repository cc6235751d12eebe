internal import Vocabulary
import Glibc
internal import Jobserver
internal import Linux
internal import Testing

@testable import SteveDaemon

/// The title by which people know a build.
@Suite struct BuildTitleTests {
    private func identity(cgroup: String = "/", session: Int32? = nil, pid: Int32 = 1 << 30) -> BuildIdentity
    {
        BuildIdentity(
            BuildFacts(
                pid: pid,
                commandLines: ["make"],
                cgroup: cgroup,
                ownCgroup: "/own",
                session: session,
                user: 0
            )
        )
    }

    @Test func aControlGroupIsCalledByItsLastName() {
        let identity = identity(cgroup: "/user.slice/user-0.slice/build.scope")
        #expect(BuildTitle.title(of: identity, by: nil) == "build.scope")
    }

    @Test func aSessionIsCalledByItsLeader() throws {
        let folder = try #require(try linkTarget("/proc/self/cwd").split(separator: "/").last)
        let title = BuildTitle.title(of: identity(session: getpid()), by: nil)
        #expect(title.hasSuffix(" in \(folder.prefix(40)) (session \(getpid()))"))
    }

    /// If a session's leader has ended, a process of the build gives the title; if there is none, no command
    /// does.
    @Test func aSessionWithoutALeaderIsCalledByAMember() {
        let identity = identity(session: 1 << 30)
        #expect(BuildTitle.title(of: identity, by: ProcessID(getpid())).hasSuffix(" (session \(1 << 30))"))
        #expect(BuildTitle.title(of: identity, by: ProcessID(getpid())) != "session \(1 << 30)")
        #expect(BuildTitle.title(of: identity, by: nil) == "session \(1 << 30)")
    }
}
