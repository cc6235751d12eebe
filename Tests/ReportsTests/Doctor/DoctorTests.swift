import Testing

@testable import Reports
@testable import Wire

/// The doctor's judgement alone: facts in, findings out.
@Suite struct DoctorTests {
    /// A machine where nothing is wrong.
    private var healthy: MachineFacts {
        var facts = MachineFacts(path: "/dev/steve")
        facts.release = "6.12.1"
        facts.cuse = .module
        facts.cuseFile = .init(kind: .device, mode: 0o660, group: 7, groupName: "cuse")
        facts.device = .init(kind: .device, mode: 0o660, group: 556, groupName: "jobserver")
        facts.daemon = .init(backend: .cuse, path: "/dev/steve", limit: 32)
        facts.users = [.init(name: "me", uid: 1_000, groups: [556]), .init(name: "root", uid: 0, groups: [])]
        facts.hasSandbox = true
        facts.sandboxWritable = ["/dev/steve"]
        facts.clients = [
            .init(name: "make", version: "GNU Make 4.4.1"), .init(name: "ninja", version: "1.14.0.git"),
            .init(name: "cargo", version: "cargo 1.95.0 (abc 2026-01-01)"),
            .init(name: "gcc", version: "gcc (Gentoo 14.2.0-r1 p2) 14.2.0"),
            .init(name: "emerge", version: "Portage 3.0.83 (python 3.13.1-final-0, default/linux)"),
        ]
        facts.makeConf = [
            "MAKEFLAGS": "--jobserver-auth=fifo:/dev/steve -l32", "FEATURES": "sandbox jobserver-token",
            "NINJAOPTS": "-l32", "MAKEOPTS": "-j32",
        ]
        facts.system = System(osRelease: ["ID": "gentoo"], hasOpenRC: true)
        return facts
    }

    private func findings(_ change: (inout MachineFacts) -> Void) -> [Finding] {
        var facts = healthy
        change(&facts)
        return Doctor(facts).findings
    }

    @Test func aHealthyMachineIsAllRight() {
        let findings = findings { _ in }
        #expect(
            findings.allSatisfy { $0.state == .ok && $0.remedy == nil },
            "\(findings.filter { $0.state != .ok })"
        )
        #expect(findings.count == 16)
        #expect(!DoctorReport(findings).broken)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var state: Finding.State
        var check: String
        /// The words of the text and of the remedy.
        var text: String
        var remedy: String
        var change: @Sendable (inout MachineFacts) -> Void

        init(
            _ name: String,
            _ state: Finding.State,
            _ check: String,
            _ text: String,
            _ remedy: String,
            _ change: @escaping @Sendable (inout MachineFacts) -> Void
        ) {
            (testDescription, self.state, self.check) = (name, state, check)
            (self.text, self.remedy, self.change) = (text, remedy, change)
        }
    }

    private static let cases: [Case] = [
        Case("no CUSE", .broken, "kernel CUSE", "Linux 6.12.1 has none", "CONFIG_CUSE=m") {
            ($0.cuse, $0.cuseFile) = (.absent, nil)
        },
        Case("no CUSE, and a pipe on purpose", .note, "kernel CUSE", "named pipe", "CONFIG_CUSE=m") {
            ($0.cuse, $0.cuseFile) = (.absent, nil)
            $0.daemon?.backend = .fifo
        },
        Case("module not loaded", .broken, "kernel CUSE", "not loaded", "modprobe cuse") {
            $0.cuseFile = nil
        },
        Case("built in, no node", .broken, "kernel CUSE", "no /dev/cuse", "mknod") {
            ($0.cuse, $0.cuseFile) = (.builtIn, nil)
        },
        Case(
            "a node that nothing is behind",
            .note,
            "kernel CUSE",
            "Linux 6.12.1 has none",
            "CONFIG_CUSE=m"
        ) {
            $0.cuse = .absent
            $0.daemon?.backend = .fifo
        },
        Case("world's cuse", .broken, "/dev/cuse", "everybody", "chmod 0660 /dev/cuse") {
            $0.cuseFile?.mode = 0o666
        },
        Case("cuse a file", .broken, "/dev/cuse", "no device", "rm /dev/cuse") { $0.cuseFile?.kind = .other },
        Case("no daemon", .broken, "daemon", "nobody", "rc-service steve start") {
            ($0.daemon, $0.silence) = (nil, "nobody answers")
        },
        Case("no daemon for this user", .broken, "daemon", "nobody", "gpasswd -a me jobserver") {
            ($0.daemon, $0.silence, $0.isRefused) = (nil, "nobody answers you", true)
        },
        Case("a closed folder", .broken, "daemon", "nobody", "chmod 755 /run/steve") {
            ($0.daemon, $0.silence, $0.closedFolder) = (nil, "nobody answers you", "/run/steve")
        },
        Case("no device", .broken, "/dev/steve", "not there", "restart") { $0.device = nil },
        Case("a file in its place", .broken, "/dev/steve", "no device", "rm /dev/steve") {
            $0.device?.kind = .other
        },
        Case("closed device", .broken, "/dev/steve", "may not read and write", "STEVE_MODE") {
            $0.device?.mode = 0o600
        },
        Case("open device", .note, "/dev/steve", "everybody", "groupadd -r jobserver") {
            $0.device?.mode = 0o666
        },
        Case("user not in group", .broken, "user me", "not in the group jobserver", "gpasswd -a me jobserver")
        {
            $0.users[0].groups = [100]
        },
        Case("sandbox closed", .broken, "sandbox", "does not let", "SANDBOX_WRITE=\"/dev/steve\"' >> ") {
            $0.sandboxWritable = ["/dev/steve2"]
        },
        Case("make 4.3", .broken, "make", "knows no fifo", "make-4.4.1") {
            $0.clients[0].version = "GNU Make 4.3"
        },
        Case("ninja 1.13", .note, "ninja", "takes no device", "ninja-1.13.2-r1") {
            $0.clients[1].version = "1.13.2"
        },
        Case("ninja 1.11", .note, "ninja", "knows no jobserver", "ninja-1.13.2-r1") {
            $0.clients[1].version = "1.11.1"
        },
        Case("cargo 1.63", .note, "cargo", "of its own", "rust-1.75") {
            $0.clients[2].version = "cargo 1.63.0"
        },
        Case("gcc 12", .note, "gcc", "-flto=auto", "gcc-13") {
            $0.clients[3].version = "gcc (Debian 12.2.0-14) 12.2.0"
        },
        Case("Portage 3.0.75", .note, "emerge", "first job", "portage-3.0.76") {
            $0.clients[4].version = "Portage 3.0.75 (x)"
        },
        Case("Portage 3.0.60", .broken, "emerge", "first job", "portage-3.0.76") {
            $0.clients[4].version = "Portage 3.0.60"
        },
        Case("no version", .note, "make", "says no version", "") { $0.clients[0].version = "" },
        Case("no MAKEFLAGS", .broken, "make.conf: MAKEFLAGS", "names no jobserver", "fifo:/dev/steve") {
            $0.makeConf?["MAKEFLAGS"] = nil
        },
        Case(
            "another's MAKEFLAGS",
            .broken,
            "make.conf: MAKEFLAGS",
            "names fifo:/dev/guild",
            "fifo:/dev/steve"
        ) {
            $0.makeConf?["MAKEFLAGS"] = "--jobserver-auth=fifo:/dev/guild"
        },
        Case("-j in NINJAOPTS", .broken, "make.conf: NINJAOPTS", "switches ninja's", "remove -jN") {
            $0.makeConf?["NINJAOPTS"] = "-vj8"
        },
        Case("empty NINJAOPTS", .note, "make.conf: NINJAOPTS", "full width", "remove NINJAOPTS") {
            $0.makeConf?["NINJAOPTS"] = ""
        },
        Case("-j in EXTRA_EMAKE", .broken, "make.conf: EXTRA_EMAKE", "command line", "remove -jN") {
            $0.makeConf?["EXTRA_EMAKE"] = "-kj9"
        },
        Case("no MAKEOPTS", .note, "make.conf: MAKEOPTS", "is serial", "MAKEOPTS=\"-j32\"") {
            $0.makeConf?["MAKEOPTS"] = nil
        },
        Case("MAKEOPTS without a number", .note, "make.conf: MAKEOPTS", "is serial", "MAKEOPTS=\"-j32\"") {
            $0.makeConf?["MAKEOPTS"] = "-l32"
        },
        Case(
            "emerge looks at the load, too",
            .note,
            "make.conf: EMERGE_DEFAULT_OPTS",
            "wait for each",
            "STEVE_LOAD"
        ) {
            $0.makeConf?["EMERGE_DEFAULT_OPTS"] = "--jobs=4 --load-average=32"
        },
        Case(
            "as many packages as tokens",
            .note,
            "make.conf: EMERGE_DEFAULT_OPTS",
            "none is left",
            "--jobs=10"
        ) {
            $0.makeConf?["EMERGE_DEFAULT_OPTS"] = "--jobs 32"
        },
        Case("one package without us", .note, "package.env: four.conf", "www/x: MAKEFLAGS", "env/four.conf") {
            $0.packageSettings = [
                .init(file: "four.conf", packages: ["www/x"], variables: ["MAKEFLAGS": "-j4"])
            ]
        },
        Case("one package's EXTRA_EMAKE", .broken, "package.env: a", "command line", "env/a") {
            $0.packageSettings = [.init(file: "a", packages: ["www/x"], variables: ["EXTRA_EMAKE": "-j4"])]
        },
        Case("one package's NINJAOPTS", .note, "package.env: a", "www/x: NINJAOPTS", "env/a") {
            $0.packageSettings = [.init(file: "a", packages: ["www/x"], variables: ["NINJAOPTS": "-j4"])]
        },
        Case("samurai", .note, "ninja", "is samurai", "reference -samurai") { $0.ninjaIsReference = false },
        Case("a tree without a ninja for devices", .note, "ninja", "takes no device", "emerge --sync") {
            $0.clients[1].version = "1.13.1"
            $0.ninjaPackage = "1.13.1"
            $0.tree = ["dev-build/ninja": ["1.11.1-r3", "1.13.2"]]
        },
        Case("Debian's make", .broken, "make", "knows no fifo", "apt-get install make") {
            $0.clients[0].version = "GNU Make 4.3"
            $0.system = System(osRelease: ["ID": "ubuntu", "ID_LIKE": "debian"], hasOpenRC: false)
        },
        Case("Fedora's make", .broken, "make", "knows no fifo", "dnf install make") {
            $0.clients[0].version = "GNU Make 4.3"
            $0.system = System(osRelease: ["ID": "rocky", "ID_LIKE": "rhel centos fedora"], hasOpenRC: false)
        },
        Case("Arch's make", .broken, "make", "knows no fifo", "pacman -S make") {
            $0.clients[0].version = "GNU Make 4.3"
            $0.system = System(osRelease: ["ID": "arch"], hasOpenRC: false)
        },
        Case("somebody's make", .broken, "make", "knows no fifo", "install make 4.4.1") {
            $0.clients[0].version = "GNU Make 4.3"
            $0.system = System(osRelease: [:], hasOpenRC: false)
        },
        Case("no daemon, no OpenRC", .broken, "daemon", "nobody", "build under with-steve") {
            ($0.daemon, $0.silence) = (nil, "nobody answers")
            $0.system = System(osRelease: ["ID": "debian"], hasOpenRC: false)
        },
        Case("the device is root's", .broken, "user me", "not in the group root", "--group jobserver") {
            $0.device?.group = 0
            $0.device?.groupName = "root"
        },
        Case(
            "the sandbox denies what its files allow",
            .broken,
            "sandbox",
            "does not let",
            ">> /etc/sandbox.d"
        ) {
            $0.sandboxAnswer = false
        },
        Case("ctest 3.25", .note, "ctest", "uncounted", "cmake-3.29") {
            $0.clients.append(.init(name: "ctest", version: "ctest version 3.25.1"))
        },
        Case("cmake's number", .note, "CMAKE_BUILD_PARALLEL_LEVEL here", "-jN on the command line", "unset") {
            $0.variables["CMAKE_BUILD_PARALLEL_LEVEL"] = "8"
        },
        Case("SCons' number", .note, "SCONSFLAGS here", "knows no jobserver", "unset") {
            $0.variables["SCONSFLAGS"] = "-j8"
        },
        Case("no feature", .note, "make.conf: FEATURES", "not counted", "jobserver-token") {
            $0.makeConf?["FEATURES"] = "jobserver-token -jobserver-token"
        },
        Case(
            "another in the environment",
            .broken,
            "MAKEFLAGS here",
            "names no jobserver",
            "your environment"
        ) {
            $0.variables["MAKEFLAGS"] = "-j4"
        },
        Case("a second server", .note, "one jobserver", "/dev/guild", "stop the other") {
            $0.otherServers = ["/dev/guild"]
        },
        Case("a small quota", .note, "CPU quota", "32 tokens", "jobs=4") { $0.cpuQuota = 3.5 },
        Case("little memory", .note, "memory limit", "512 MiB", "min-memory-avail") {
            $0.memoryLimit = 4 << 30
        },
    ]

    @Test(arguments: cases)
    func oneThingIsWrong(_ wrong: Case) throws {
        let findings = findings(wrong.change).filter { $0.state != .ok }
        #expect(findings.map(\.check).first == wrong.check)
        let finding = try #require(findings.first)
        #expect(finding.state == wrong.state)
        #expect(finding.text.contains(wrong.text), "\(finding.text)")
        #expect((finding.remedy ?? "").contains(wrong.remedy), "\(finding.remedy ?? "")")
        #expect(findings.count == 1, "\(findings)")
        #expect(DoctorReport(findings).broken == (wrong.state == .broken))
    }

    @Test func withoutCuseTheFileThatServesIsNoPipe() {
        let findings = findings {
            ($0.cuse, $0.cuseFile) = (.absent, nil)
            $0.daemon?.backend = .fuse
        }
        #expect(
            findings.first { $0.check == "kernel CUSE" }?.text
                == "Linux 6.12.1 has none: a FUSE file does instead"
        )
    }

    /// README's first example, seen from inside: with-steve gives emerge what make.conf lacks.
    @Test func underWithSteveNothingIsWrongThatMakeConfDoesNotSay() {
        let findings = findings {
            $0.makeConf = ["CFLAGS": "-O2"]
            $0.variables = ["MAKEFLAGS": " --jobserver-auth=fifo:/dev/steve"]
            $0.sandboxWritable = []
        }
        #expect(findings.allSatisfy { $0.state == .ok }, "\(findings.filter { $0.state != .ok })")
    }

    /// make 4.4.1 and ninja overlook such a number, in either order; only a command line resets the
    /// jobserver.
    @Test(arguments: [
        "-j8 --jobserver-auth=fifo:/dev/steve", "--jobserver-auth=fifo:/dev/steve -kj9",
        "-l32 --jobserver-auth=fifo:/dev/steve",
    ])
    func aNumberInMakeflagsBesideTheJobserverIsNoFault(value: String) {
        let findings = findings {
            $0.makeConf?["MAKEFLAGS"] = value
            $0.variables["MAKEFLAGS"] = value
            $0.makeConf?["MAKEOPTS"] = value.contains("j8") ? nil : "-j8"
        }
        #expect(findings.allSatisfy { $0.state == .ok }, "\(findings.filter { $0.state != .ok })")
    }

    @Test func gentoosPatchedNinjaTakesDevices() {
        let findings = findings {
            $0.clients[1].version = "1.13.2"
            ($0.ninjaPackage, $0.ninjaIsReference) = ("1.13.2-r1", true)
        }
        #expect(findings.allSatisfy { $0.state == .ok })
    }

    @Test func versionsAreComparedAsGentooDoes() {
        #expect(ProgramVersion(package: "1.13.2-r1") > ProgramVersion(package: "1.13.2"))
        #expect(ProgramVersion(package: "1.13.10") > ProgramVersion(package: "1.13.2-r9"))
        #expect(ProgramVersion(package: "9999") > ProgramVersion(package: "1.13.2-r1"))
        #expect(ProgramVersion(package: "4.4.1") >= ProgramVersion(package: "4.4.1"))
    }

    @Test func whatIsNotThereIsNotJudged() {
        let findings = findings {
            ($0.makeConf, $0.hasSandbox, $0.clients) = (nil, false, [])
        }
        #expect(
            findings.map(\.check) == [
                "kernel CUSE", "/dev/cuse", "daemon", "/dev/steve", "user me", "user root",
            ]
        )
    }

    @Test func theTextHasALineForEachAndTheRemedyBelow() {
        let text = DoctorReport([.init("a", .ok, "fine"), .init("bcd", .broken, "bad\u{1b}", remedy: "mend")])
            .text
        #expect(text == "ok      a    fine\nBROKEN  bcd  bad?\n        -> mend\n")
    }
}
