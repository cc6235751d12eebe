internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import SteveClient
@testable import Reports
@testable import Wire
@testable import stevectl

/// A machine that consists of a few files in a folder.
@Suite struct MachineSurveyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func facts(_ files: [String: String], path: String = "/usr/bin") throws -> MachineFacts {
        for (name, text) in files {
            var place = folder.path
            for part in name.split(separator: "/").dropLast() {
                place += "/\(part)"
                try makeDirectory(place, mode: 0o755)
            }
            try folder.write(text, to: name)
            if text.hasPrefix("#!") { try PathHandle(folder.path(name)).setAccess(mode: 0o755) }
        }
        // The programs that the survey looks for are in the folder; the shell that runs them is not.
        let environment = [
            "PATH": "\(path):/bin:/usr/bin", "STEVE_RUNTIME_DIR": folder.path, "MAKEFLAGS": "-s",
        ]
        let name = try #require(DeviceName("survey"))
        return MachineSurvey(root: folder.path, environment: environment, device: name).facts()
    }

    @Test func anEmptyMachineHasNothing() throws {
        let facts = try facts([:])
        #expect(facts.cuse == .unknown)
        #expect(facts.device == nil)
        #expect(facts.daemon == nil)
        #expect(facts.silence.contains("no steve serves /dev/survey"))
        #expect(facts.clients.isEmpty)
        #expect(facts.makeConf == nil)
        #expect(!facts.hasSandbox)
        #expect(facts.variables["MAKEFLAGS"] == "-s")
        #expect(facts.system == System(osRelease: [:], hasOpenRC: false))
        #expect(DoctorReport(Doctor(facts).findings).broken)
    }

    @Test func distccTellsOfItsHosts() throws {
        #expect(try facts([:]).distcc == nil)
        let files = [
            "usr/bin/distcc": "#!/bin/sh\n", "etc/distcc/hosts": "# ours\none/4\ntwo/8,lzo\n",
            "usr/lib/distcc/bin/gcc": "",
        ]
        let distcc = try #require(try facts(files).distcc)
        #expect(distcc.hosts?.slots == 12)
        #expect(distcc.place == "/etc/distcc/hosts")
        // The folder has a file of that name, but no link to distcc.
        #expect(distcc.linksLeadToDistcc == false)
        #expect(unsafe symlink("../../../bin/distcc", folder.path("usr/lib/distcc/bin/cc")) == 0)
        let conf = ["etc/portage/make.conf": "DISTCC_HOSTS=\"three\"\n"]
        let later = try #require(try facts(conf).distcc)
        #expect(later.linksLeadToDistcc == true)
        #expect(later.hosts?.slots == 4 && later.place == "/etc/portage/make.conf")
    }

    @Test(
        arguments: [
            ("boot/config-6.1.0", "CONFIG_FUSE_FS=y\nCONFIG_CUSE=m\n", .module),
            ("boot/config-6.1.0", "CONFIG_CUSE=y\n", .builtIn),
            ("boot/config-6.1.0", "# CONFIG_CUSE is not set\nCONFIG_FUSE_FS=y\n", .absent),
            ("lib/modules/6.1.0/modules.builtin", "kernel/fs/fuse/cuse.ko\n", .builtIn),
            ("lib/modules/6.1.0/modules.dep", "kernel/fs/fuse/cuse.ko: kernel/fs/fuse/fuse.ko\n", .module),
            ("lib/modules/6.1.0/modules.dep", "kernel/fs/fuse/fuse.ko:\n", .absent),
        ] as [(String, String, MachineFacts.Cuse)]
    )
    func theKernelTellsOfItself(file: String, text: String, cuse: MachineFacts.Cuse) throws {
        #expect(try facts(["proc/sys/kernel/osrelease": "6.1.0\n", file: text]).cuse == cuse)
    }

    @Test func aPackedConfigurationIsRead() throws {
        try makeDirectory(folder.path("proc"), mode: 0o755)
        let script = "echo CONFIG_CUSE=m | gzip -c > '\(folder.path("proc/config.gz"))'"
        try waitForEnd(Program(["sh", "-c", script]).start())
        #expect(try facts([:]).cuse == .module)
    }

    @Test func aFolderOfSettingsIsReadAsPortageReadsIt() throws {
        let facts = try facts([
            "etc/portage/make.conf/a": "FEATURES='a'\n", "etc/portage/make.conf/b~": "FEATURES='b'\n",
            "etc/portage/make.conf/.c": "FEATURES='c'\n", "etc/portage/make.conf/b": "NINJAOPTS='-v'",
        ])
        #expect(facts.makeConf == ["FEATURES": "a", "NINJAOPTS": "-v"])
    }

    @Test func aSourcedFileBelongsToTheSettings() throws {
        let facts = try facts([
            "etc/portage/make.conf": "source jobs\nsource /etc/more\n", "etc/portage/jobs": "FEATURES='a'\n",
            "etc/more": "FEATURES+=' b'\n",
        ])
        #expect(facts.makeConf == ["FEATURES": "a b"])
    }

    @Test func settingsOfSinglePackagesAndWhatIsInstalledAreFound() throws {
        for name in ["run", "run/openrc"] { try makeDirectory(folder.path(name), mode: 0o755) }
        let facts = try facts([
            "etc/portage/package.env/a": "www/x four.conf # why\nwww/y four.conf many\n",
            "etc/portage/env/four.conf": "MAKEFLAGS=-j4\n",
            "etc/os-release": "NAME=x\nID=mine\nID_LIKE=\"gentoo\"\n",
            "var/db/pkg/dev-build/ninja-1.13.2-r1/SLOT": "0\n",
            "var/db/pkg/app-alternatives/ninja-1/USE": "samurai amd64\n",
            "var/db/repos/gentoo/dev-build/ninja/ninja-1.13.2.ebuild": "EAPI=8\n",
        ])
        #expect(
            facts.packageSettings == [
                .init(file: "four.conf", packages: ["www/x", "www/y"], variables: ["MAKEFLAGS": "-j4"]),
                .init(file: "many", packages: ["www/y"], variables: [:]),
            ]
        )
        #expect(facts.ninjaPackage == "1.13.2-r1")
        #expect(facts.ninjaIsReference == false)
        #expect(facts.tree["dev-build/ninja"] == ["1.13.2"])
        #expect(facts.system == System(osRelease: ["ID": "gentoo"], hasOpenRC: true))
    }

    @Test func programsAreAskedForTheirVersions() throws {
        let facts = try facts([
            "usr/bin/make": "#!/bin/sh\necho GNU Make 4.2.1\necho more\n",
            "usr/bin/ninja": "#!/bin/sh\necho 1.14.0; echo noise >&2\n", "usr/bin/cargo": "no program",
        ])
        #expect(facts.clients.map(\.name) == ["make", "ninja"])
        #expect(facts.clients.map(\.version) == ["GNU Make 4.2.1", "1.14.0"])
    }

    @Test func settingsUsersAndOthersAreFound() throws {
        for folder in ["run", "run/steve"] { try makeDirectory(self.folder.path(folder), mode: 0o755) }
        let other = try UnixListener(path: folder.path("run/steve/other.sock"), mode: 0o600)
        let facts = try facts([
            "etc/portage/make.conf": "MAKEOPTS=\"-j8\"\nFEATURES='a b'\n",
            "etc/sandbox.d/90steve": "SANDBOX_WRITE=\"/dev/survey:/x\"\n",
            "etc/passwd": "portage:x:250:250::/var/tmp/portage:/bin/false\n",
            "etc/group": "jobserver:x:556:me,portage\nportage:x:250:\n", "run/steve/dead.sock": "",
            "sys/fs/cgroup/memory.max": "1073741824\n",
            "proc/self/status": "Gid:\t5\t5\t5\t5\nGroups:\t7 9 \n",
        ])
        _ = consume other
        #expect(facts.makeConf == ["MAKEOPTS": "-j8", "FEATURES": "a b"])
        #expect(facts.hasSandbox)
        #expect(facts.sandboxWritable == ["/dev/survey", "/x"])
        #expect(facts.users.last == .init(name: "portage", uid: 250, groups: [556, 250]))
        #expect(facts.users.first?.groups == [5, 7, 9])
        #expect(facts.otherServers == ["/dev/other"])
        #expect(facts.memoryLimit == 1 << 30)
    }
}
