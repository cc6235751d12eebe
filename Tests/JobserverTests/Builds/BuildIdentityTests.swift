import Testing

@testable import Jobserver

/// What /proc showed on real machines, and which build it is.
@Suite struct BuildIdentityTests {
    private func facts(
        _ commandLines: [String],
        cgroup: String = "/",
        ownCgroup: String = "/",
        session: Int32? = 812
    ) -> BuildFacts {
        BuildFacts(
            pid: 4711,
            commandLines: commandLines,
            cgroup: cgroup,
            ownCgroup: ownCgroup,
            session: session
        )
    }

    private let ebuild = "[dev-qt/qtwebengine-6.8.1-r2] sandbox /usr/lib/portage/python3.12/ebuild.sh compile"

    @Test func nearestAncestorThatPortageLabelsNamesTheBuild() {
        let facts = facts([
            "make -j4", "/bin/bash /usr/lib/portage/python3.12/ebuild.sh compile", ebuild,
            "/usr/bin/python3.12 /usr/bin/emerge -uDN @world", "-bash", "init [3]",
        ])
        let build = BuildIdentity(facts)
        #expect(build.kind == .package)
        #expect(build.label == "dev-qt/qtwebengine-6.8.1-r2")
    }

    @Test func processesOfOnePackageAreOneBuild() {
        let one = BuildIdentity(facts(["make", ebuild]))
        let other = BuildIdentity(facts(["ninja", "cmake --build .", ebuild], session: 99))
        #expect(one == other)
    }

    @Test func samePackageInTwoContainersIsTwoBuilds() {
        let one = BuildIdentity(facts(["make", ebuild], cgroup: "/docker/0a1b"))
        let other = BuildIdentity(facts(["make", ebuild], cgroup: "/docker/2c3d"))
        #expect(one != other)
        #expect(one.label == other.label)
    }

    @Test func nearerLabelWins() {
        let outer = "[app-emulation/tinderbox-1.0] sandbox run"
        #expect(BuildIdentity(facts(["make", ebuild, outer])).label == "dev-qt/qtwebengine-6.8.1-r2")
    }

    @Test(arguments: [
        "[sys-libs/glibc-2.40-r5] sandbox /usr/lib/portage/python3.12/ebuild.sh compile",
        "[sys-devel/gcc-14.2.1_p20241221]\0sandbox\0ebuild.sh",
        "[dev-libs/libxml2-2.13.5]",
        "[x11-libs/gtk+-3.24.42] fakeroot ebuild.sh install",
        "[media-libs/libsdl2-2.30.9] bash",
    ])
    func portageLabels(line: String) {
        #expect(BuildIdentity.package(atHeadOf: line) != nil)
    }

    @Test(arguments: [
        "", "[", "[]", "[/]", "[kworker/0:1-events]", "[kworker/u16:3-flush-8:0]", "[ksoftirqd/0]",
        "[cat/pkg]",
        "[migration/1]", "make [sys-libs/glibc-2.40]", "[sys-libs/glibc-2.40", "[a/b/c-1] x", "[a b/c-1] x",
        "[sys-libs/glibc-2.40]x", "[[ -f x/y-1 ]]",
    ])
    func otherCommandLines(line: String) {
        #expect(BuildIdentity.package(atHeadOf: line) == nil)
    }

    @Test func cgroupOfItsOwnIsABuild() {
        let lines = ["cargo build", "/bin/sh -c cargo build", "containerd-shim"]
        let build = BuildIdentity(facts(lines, cgroup: "/docker/0a1b", ownCgroup: "/openrc.steve"))
        #expect(build.kind == .cgroup)
        #expect(build.label == "/docker/0a1b")
    }

    @Test(arguments: ["/", "", "/user.slice/user-0.slice/session-3.scope"])
    func cgroupOfTheDaemonOrNoneIsNot(cgroup: String) {
        let own = "/user.slice/user-0.slice/session-3.scope"
        let build = BuildIdentity(facts(["make", "-bash"], cgroup: cgroup, ownCgroup: own))
        #expect(build.kind == .session)
        #expect(build.label == "session 812")
    }

    @Test func processOutOfSightIsABuildOfItsOwn() {
        let build = BuildIdentity(facts([], session: nil))
        #expect(build.kind == .process)
        #expect(build.label == "process 4711")
    }

    /// `unshare --pid make`: nobody inside began a session, and each sub-make would be a build of its own.
    @Test func sessionFromOutsideOfThePIDNamespaceIsOneBuild() {
        #expect(BuildIdentity(facts(["make"], session: 0)) == BuildIdentity(facts(["cc"], session: 0)))
    }
}
