internal import Testing

@testable import Wire

@Suite struct SettingsTightenedTests {
    private func settings(_ values: [String: String]) throws -> Settings {
        try Settings(cpus: 8).changing(values)
    }

    @Test(arguments: [
        ("jobs", "8", "5", "5"), ("jobs", "8", "9", "8"), ("load-average", "0", "4", "4"),
        ("load-average", "3", "4", "3"), ("load-average", "3", "0", "3"), ("max-pressure", "50", "20", "20"),
        ("ramp", "0", "2", "2"), ("per-process-limit", "0", "2", "2"), ("per-process-limit", "1", "2", "1"),
        ("per-build-limit", "4", "0", "4"), ("min-memory-avail", "512", "2048", "2048"),
        ("min-memory-avail", "auto", "0", "auto"), ("min-memory-avail", "0", "auto", "auto"),
        ("min-memory-avail", "512", "100", "512"), ("min-memory-avail", "0", "100", "100"),
    ])
    func theStricterOneHolds(name: String, base: String, limit: String, expected: String) throws {
        let tight = try settings([name: base]).tightened(by: [name: limit])
        #expect(tight.values[name] == expected)
        var others = try settings([name: base]).values
        others[name] = expected
        #expect(tight.values == others)
    }

    /// Only the daemon knows how much `auto` is, so of two values the larger one counts.
    @Test(arguments: [(8192, 512.0), (16384, 655.36)])
    func ofAutoAndANumberTheLargerHolds(mebibytes: Int, expected: Double) throws {
        for (base, limit) in [("auto", "512"), ("512", "auto")] {
            let tight = try settings(["min-memory-avail": base]).tightened(by: ["min-memory-avail": limit])
            #expect(tight.minMemoryAvail?.mebibytes(ofBytes: mebibytes << 20) == expected)
        }
    }

    @Test(arguments: [(1024, 256.0), (6400, 256), (16384, 655.36), (0, 256)])
    func autoIsAPartOfTheMemory(mebibytes: Int, expected: Double) {
        #expect(MemoryFloor.auto.mebibytes(ofBytes: mebibytes << 20) == expected)
    }

    @Test func everyTightenableSettingIsLive() {
        for name in Settings.tightenable { #expect(Setting.named(name)?.isLive == true, "\(name)") }
    }

    @Test(arguments: ["reserve", "min-jobs", "dev-name", "weight", "bogus"])
    func whatIsNoLimitIsRefused(name: String) throws {
        let settings = try settings([:])
        #expect(throws: SettingError.self) { try settings.tightened(by: [name: "1", "jobs": "2"]) }
    }
}
