import Testing

@testable import Jobserver

/// What /proc showed on real machines, and the build that follows from it.
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
        "/usr/bin/python3.13 /usr/lib/portage/python3.13/pid-ns-init 250 250 250,556 18 0,1,2 /bin/bash [a/b-1] bash -c x",
        "python3 /usr/lib/portage/python3.13/pid-ns-init     0,1,2 /usr/bin/sandbox [a/b-1] sandbox ebuild.sh",
    ])
    func portageLabels(line: String) {
        #expect(PackageLabel.inCommandLine(line) != nil)
    }

    @Test(arguments: [
        "", "[", "[]", "[/]", "[kworker/0:1-events]", "[kworker/u16:3-flush-8:0]", "[ksoftirqd/0]",
        "[cat/pkg]",
        "python3 /x/pid-ns-init 250 250", "sh /home/me/pid-ns-init-not [a/b-1]", "echo pid-ns-init [a/b-1]",
        "[migration/1]", "make [sys-libs/glibc-2.40]", "[sys-libs/glibc-2.40", "[a/b/c-1] x", "[a b/c-1] x",
        "[sys-libs/glibc-2.40]x", "[[ -f x/y-1 ]]",
    ])
    func otherCommandLines(line: String) {
        #expect(PackageLabel.inCommandLine(line) == nil)
    }

    // MARK: Without a label at the head of a command line

    private let bare = [
        "make -j4", "/bin/bash /usr/lib/portage/python3.12/ebuild.sh compile",
        "/usr/bin/python3.12 /usr/bin/emerge -uDN @world",
    ]

    /// All phases of a package are one build, whichever mark shows the package.
    @Test func everyMarkLeadsToTheSameBuild() {
        let named = BuildIdentity(facts(["make", "[dev-libs/foo_bar-1.0] sandbox ebuild.sh compile"]))
        var environment = facts(bare)
        environment.environment = [
            "CATEGORY=dev-libs", "PF=foo_bar-1.0", "PORTAGE_BUILDDIR=/var/tmp/portage/dev-libs/foo_bar-1.0",
        ]
        var folderOnly = environment
        folderOnly.environment = ["PORTAGE_BUILDDIR=/var/tmp/portage/dev-libs/foo_bar-1.0"]
        let group = facts(bare, cgroup: "/portage/emerge-4711/dev-libs_foo_bar-1.0")
        var folder = facts(bare)
        folder.folder = "/var/tmp/portage/dev-libs/foo_bar-1.0/work/foo"
        var both = facts(
            ["[dev-libs/foo_bar-1.0] bash"],
            cgroup: "/portage/emerge-4711/dev-libs_foo_bar-1.0"
        )
        both.folder = "/"
        for other in [environment, folderOnly, group, folder, both] {
            #expect(BuildIdentity(other) == named, "\(BuildIdentity(other))")
        }
    }

    @Test func whatOnlyLooksLikeAPackageIsNone() {
        var one = facts(["make"])
        // The user's own variables and a checkout of Portage.
        one.environment = ["CATEGORY=dev-libs", "PF=foo-1.0"]
        one.folder = "/home/me/portage/lib/portage"
        #expect(BuildIdentity(one).kind == .session)
        one.environment = ["PORTAGE_BUILDDIR=/var/tmp/portage"]
        one.folder = "/var/tmp/portage/dev-libs"
        #expect(BuildIdentity(one).kind == .session)
        one.cgroup = "/portage/emerge-4711"
        #expect(BuildIdentity(one).kind == .cgroup)
    }

    @Test func packageInAGroupOfPortagesInTwoContainersIsTwoBuilds() {
        let one = facts(bare, cgroup: "/docker/0a1b/portage/emerge-4/dev-libs_foo-1.0")
        let other = facts(bare, cgroup: "/docker/2c3d/portage/emerge-4/dev-libs_foo-1.0")
        #expect(BuildIdentity(one) != BuildIdentity(other))
        #expect(BuildIdentity(one).label == "dev-libs/foo-1.0")
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

    /// Inside `unshare --pid make` no process has begun a session; without this rule each sub-make would be a
    /// build.
    @Test func sessionFromOutsideOfThePIDNamespaceIsOneBuild() {
        #expect(BuildIdentity(facts(["make"], session: 0)) == BuildIdentity(facts(["cc"], session: 0)))
    }

    /// Any user can name a process `[dev-qt/qtbase-6.8.1]`; that must not give it a part of root's share.
    @Test(arguments: [["[dev-qt/qtbase-6.8.1] sandbox"], ["make"]])
    func noTwoUsersHaveABuildInCommon(commandLines: [String]) {
        var (one, other) = (facts(commandLines), facts(commandLines))
        #expect(BuildIdentity(one) == BuildIdentity(other))
        (one.user, other.user) = (0, 7_001)
        #expect(BuildIdentity(one) != BuildIdentity(other))
        #expect(BuildIdentity(one).label == BuildIdentity(other).label)
    }
}
