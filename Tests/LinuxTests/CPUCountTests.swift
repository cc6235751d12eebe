internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct CPUCountTests {
    @Test(
        arguments: [
            (8, [], 8), (8, [16], 8), (8, [4], 4), (8, [1.5], 2), (8, [0.1], 1), (8, [6, 2.01, 7], 3),
            (1, [0.5], 1),
            (8, [1e30], 8),
        ] as [(Int, [Double], Int)]
    )
    func theLeastOfAffinityAndQuotasCounts(allowed: Int, quotas: [Double], expected: Int) {
        #expect(CPUCount.usable(allowed: allowed, quotas: quotas) == expected)
    }

    @Test(
        arguments: [
            ("max 100000\n", nil), ("150000 100000\n", 1.5), ("50000 100000", 0.5), ("0 100000", nil),
            ("1 0", nil),
            ("", nil), ("100000", nil), ("\n", nil), ("9223372036854775807 1", 9_223_372_036_854_775_808),
        ] as [(String, Double?)]
    )
    func theUnifiedQuotaIsAShare(text: String, expected: Double?) {
        #expect(parse(text) { CPUCount.quota(unified: $0) } == expected)
    }

    @Test(
        arguments: [
            ("-1\n", "100000\n", nil), ("250000\n", "100000\n", 2.5), ("", "100000", nil), ("1000", "", nil),
        ] as [(String, String, Double?)]
    )
    func theOlderQuotaIsTwoFiles(quota: String, period: String, expected: Double?) {
        let parsed = parse(quota) { quota in parse(period) { CPUCount.quota(quota: quota, period: $0) } }
        #expect(parsed == expected)
    }

    @Test(arguments: [
        ("/", [""]), ("/a", ["/a", ""]), ("/a/b c/d", ["/a/b c/d", "/a/b c", "/a", ""]), ("", [""]),
    ])
    func limitsOfTheGroupsAboveCountToo(path: String, expected: [String]) {
        #expect(CPUCount.above(path) == expected)
    }

    @Test(arguments: [
        (["cpu.max": "150000 100000\n"], [1.5]),
        (["cpu.max": "max 100000\n"], []),
        (["cpu.cfs_quota_us": "-1\n", "cpu.cfs_period_us": "100000\n"], []),
        (["cpu.cfs_quota_us": "50000\n", "cpu.cfs_period_us": "100000\n"], [0.5]),
        ([:], []),
    ])
    func aContainersQuotaIsAtTheRootOfItsMount(files: [String: String], expected: [Double]) throws {
        for subfolder in ["", "unified/", "cpu/"] {
            let folder = try TemporaryFolder()
            try waitForEnd(try Program(["mkdir", "-p", folder.path(subfolder)]).start())
            for (name, text) in files { try folder.write(text, to: subfolder + name) }
            let isRead = subfolder == "cpu/" ? files["cpu.max"] == nil : files["cpu.max"] != nil
            #expect(CPUCount.quotas(root: folder.path) == (isRead ? expected : []))
        }
    }

    @Test func thisMachineHasSome() {
        let online = sysconf(CInt(_SC_NPROCESSORS_ONLN))
        #expect(CPUCount.usable >= 1 && CPUCount.usable <= online)
    }

    @Test(.enabled(if: RealGroup.obstacle("cpu") == nil, RealGroup.obstacle("cpu") ?? ""))
    func aQuotaOfARealGroupIsSeen() async throws {
        let group = try RealGroup("cpu")
        defer { withExtendedLifetime(group) {} }
        await #expect(processExitsWith: .success) { [path = group.path as String] in
            let limit = RealGroup.script(
                "echo 100000 > $0/cpu.cfs_period_us; echo 50000 > $0/cpu.cfs_quota_us",
                in: path
            )
            let end = try waitForEnd(try Program(limit).start())
            #expect(end == .exited(0))
            #expect(CPUCount.usable == 1)
        }
    }
}
