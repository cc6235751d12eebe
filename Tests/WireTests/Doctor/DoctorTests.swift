import Testing

@testable import Wire

/// The judge alone: facts in, findings out.
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
            "NINJAOPTS": "",
        ]
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
        #expect(findings.count == 15)
        #expect(!DoctorReport(findings).broken)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var state: Finding.State
        var check: String
        /// Words of the text and of the remedy.
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
        Case("sandbox closed", .broken, "sandbox", "does not let", "SANDBOX_WRITE=\"/dev/steve\"") {
            $0.sandboxWritable = ["/dev/steve2"]
        },
        Case("make 4.3", .broken, "make", "knows no fifo", "make-4.4.1") {
            $0.clients[0].version = "GNU Make 4.3"
        },
        Case("ninja 1.13", .note, "ninja", "takes no device", "ninja-1.14") {
            $0.clients[1].version = "1.13.2"
        },
        Case("ninja 1.11", .note, "ninja", "knows no jobserver", "ninja-1.14") {
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
        Case("-j in MAKEFLAGS", .broken, "make.conf: MAKEFLAGS", "-j8 in it switches", "fifo:/dev/steve") {
            $0.makeConf?["MAKEFLAGS"] = "-j8 --jobserver-auth=fifo:/dev/steve"
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
        Case("-j in NINJAOPTS", .broken, "make.conf: NINJAOPTS", "switches ninja's", "NINJAOPTS=\"\"") {
            $0.makeConf?["NINJAOPTS"] = "-v -j8"
        },
        Case("-j in MAKEOPTS", .note, "make.conf: MAKEOPTS", "uncounted", "remove MAKEOPTS") {
            $0.makeConf?["MAKEOPTS"] = "-j8"
        },
        Case("no feature", .note, "make.conf: FEATURES", "not counted", "jobserver-token") {
            $0.makeConf?["FEATURES"] = "jobserver-token -jobserver-token"
        },
        Case("-j in the environment", .broken, "MAKEFLAGS here", "-j4", "your environment") {
            $0.makeFlags = "-j4 --jobserver-auth=fifo:/dev/steve"
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
