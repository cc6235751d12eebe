import Testing

@testable import Reports
@testable import Wire

/// The doctor's judgement of distcc: facts in, findings out.
@Suite struct DoctorFleetTests {
    private func findings(_ hosts: String?, _ change: (inout MachineFacts) -> Void = { _ in }) -> [Finding] {
        var facts = MachineFacts(path: "/dev/steve")
        facts.daemon = .init(backend: .cuse, path: "/dev/steve", limit: 8)
        facts.variables = ["FEATURES": "distcc", "DISTCC_IO_TIMEOUT": "60"]
        var distcc = MachineFacts.Distcc()
        distcc.hosts = hosts.map(DistccHosts.init)
        distcc.place = "your environment"
        distcc.fleet = .init(backend: .cuse, path: "/dev/fleet", limit: 8)
        facts.distcc = distcc
        change(&facts)
        return Doctor(facts).fleet
    }

    @Test func aFleetAsItShouldBeIsAllRight() {
        let findings = findings("one/4 two/4,lzo") { $0.distcc?.linksLeadToDistcc = false }
        #expect(findings.allSatisfy { $0.state == .ok })
        #expect(findings.map(\.check) == ["fleet", "/usr/lib/distcc/bin", "DISTCC_IO_TIMEOUT"])
    }

    @Test func whoDoesNotAskHearsNothing() {
        let alone = findings("one/4") { facts in
            facts.variables = [:]
            facts.distcc?.fleet = nil
        }
        let off = findings("one/4") { facts in
            facts.variables["FEATURES"] = "distcc -distcc"
            facts.distcc?.fleet = nil
        }
        let missing = findings("one/4") { $0.distcc = nil }
        #expect(alone.isEmpty && off.isEmpty && missing.isEmpty)
    }

    private static let cases: [(hosts: String?, check: String, text: String, remedy: String)] = [
        (
            "one/4 two/8", "fleet",
            "8 tokens for jobs elsewhere, and the hosts in your environment have 12 slots", "jobs=12"
        ),
        (nil, "fleet", "no hosts", "DISTCC_HOSTS="), ("localhost/4", "fleet", "no hosts", "DISTCC_HOSTS="),
        ("localhost one/4 two/4", "distcc hosts", "localhost", "leave localhost out"),
        ("--localslots_cpp=32 one/8", "distcc localslots_cpp", "32 sources", "--localslots_cpp=8"),
    ]

    @Test(arguments: cases)
    func whatHostsMakeWrongIsSaid(hosts: String?, check: String, text: String, remedy: String) throws {
        let finding = try #require(findings(hosts).first { $0.check == check })
        #expect(finding.state == .note)
        #expect(finding.text.contains(text))
        #expect(finding.remedy?.contains(remedy) == true)
    }

    @Test func aFleetWithoutAPoolIsSaidWithItsWidth() throws {
        let remedies = ["one/4 two", "+zeroconf"].map { hosts in
            findings(hosts) { $0.distcc?.fleet = nil }.first?.remedy ?? ""
        }
        #expect(remedies[0].hasPrefix("with-steve --fleet 8"))
        #expect(remedies[1].hasPrefix("with-steve --fleet N"))
        #expect(findings("+zeroconf").first?.state == .ok)
    }

    @Test func aPipeIsSaidToKeepCompilesHere() throws {
        for change: @Sendable (inout MachineFacts) -> Void in [
            { $0.daemon?.backend = .fifo }, { $0.distcc?.fleet?.backend = .fifo },
        ] {
            let finding = try #require(findings("one/8", change).first)
            #expect(finding.state == .note && finding.text.hasPrefix("a named pipe"))
        }
    }

    @Test func linksTimesAndAServerWithoutTokensAreSaid() {
        let findings = findings("one/8") {
            $0.makeConf = ["DISTCC_PAUSE_TIME_MSEC": "1000", "DISTCC_IO_TIMEOUT": "9"]
            $0.variables["DISTCC_IO_TIMEOUT"] = nil
            $0.distcc?.linksLeadToDistcc = true
            $0.distcc?.serverTakesTokens = false
        }
        let notes = findings.filter { $0.state == .note }
        #expect(notes.map(\.check) == ["/usr/lib/distcc/bin", "DISTCC_PAUSE_TIME_MSEC", "distccd"])
        #expect(notes.allSatisfy { $0.remedy != nil })
        let usual = self.findings("one/8") { $0.variables["DISTCC_IO_TIMEOUT"] = nil }
        #expect(
            usual.contains {
                $0.check == "DISTCC_IO_TIMEOUT" && $0.state == .note && $0.text.contains("300 s")
            }
        )
    }

    @Test func whoOnlyHelpsIsJudgedToo() {
        let findings = findings(nil) { facts in
            facts.variables = [:]
            facts.distcc?.fleet = nil
            facts.distcc?.serverTakesTokens = true
        }
        #expect(findings == [Finding("distccd", .ok, "takes a token of this machine for each job")])
    }

    @Test(arguments: [
        ("", 0), ("one", 4), ("one/2", 2), ("one:3632/3,lzo,cpp two@three/5", 8),
        ("@four/1 [2001:db8::1]/6", 7),
        ("one/4 # two/4\ntwo/1\n", 5), ("--randomize --localslots=9 -x one/x", 4), ("localhost/9 one/1", 1),
        ("127.0.0.1 [::1]/3", 0),
    ])
    func slotsAreCounted(text: String, slots: Int) {
        #expect(DistccHosts(text).slots == slots)
    }
}
