internal import Testing

@testable import Wire

@Suite struct SettingsTests {
    @Test func anOptionBeatsTheEnvironmentThatBeatsTheFileThatBeatsTheDefault() throws {
        let file = try SettingsFile.parse("STEVE_JOBS=3\nSTEVE_MIN_JOBS=3\nSTEVE_LINGER=3\n", path: "/f")
        let environment = ["STEVE_JOBS": "2", "STEVE_MIN_JOBS": "2", "STEVE_DRAIN": "", "PATH": "x"]
        let options = [SettingAssignment("jobs", "1", from: .option)]
        let settings = try Settings.merge(cpus: 8, file: file, environment: environment, options: options)
        #expect(settings.jobs == 1)
        #expect(settings.minJobs == 2)
        #expect(settings.linger == .seconds(3))
        #expect(settings.drain == .zero)
        #expect(settings.sources["linger"] == .file(path: "/f", line: 3))
        #expect(settings.sources["drain"] == nil)
        #expect(try Settings.merge(cpus: 8).jobs == 8)
    }

    @Test(arguments: [
        ("jobs", ["0", "-1", "65537", "nan", "1.5", "", " 4", "99999999999999999999"]),
        ("min-jobs", ["-1", "x"]),
        ("min-memory-avail", ["nan", "Auto", "auto 4", "4%", "1e7", ""]),
        ("reserve", ["-1", "Auto", "1.5", "", "65537"]),
        ("load-average", ["nan", "inf", "1e7", "", "32%"]),
        ("load-recheck-timeout", ["0", "0.05", "nan", "inf", "-1"]),
        ("linger", ["-1", "1e9", "nan"]),
        ("dev-name", ["", ".", "..", "a/b", "a b", "é", String(repeating: "x", count: 65), "a\n", "a$b"]),
        ("backend", ["", "CUSE", "pipe"]),
        ("mode", ["", "888", "1777", "-1"]),
        ("user", ["", "a b", "-x", "root:root"]),
        ("verbose", ["", "maybe"]),
    ])
    func aBadValueIsRefusedWithItsNameAndRange(name: String, values: [String]) throws {
        let setting = try #require(Setting.named(name))
        for text in values {
            let option = SettingAssignment(name, text, from: .option)
            let error = try #require(throws: SettingError.self) {
                try Settings.merge(cpus: 4, options: [option])
            }
            #expect("\(error)".hasPrefix("--\(name): "))
            #expect("\(error)".hasSuffix(setting.range))
            #expect(!"\(error)".contains("\n"))
        }
    }

    @Test(arguments: [("32", 32.0), ("0.5", 0.5), ("1e2", 100), ("0", nil), ("-1", nil)])
    func zeroOrLessIsNoLoadLimit(text: String, limit: Double?) throws {
        let option = SettingAssignment("load-average", text, from: .option)
        #expect(try Settings.merge(cpus: 4, options: [option]).loadAverage == limit)
    }

    @Test func everySettingReadsBackWhatItPrints() throws {
        var settings = Settings(cpus: 6)
        settings.loadAverage = 28.5
        settings.user = "steve"
        settings.verbose = true
        var copy = Settings(cpus: 1)
        for setting in Setting.all where !setting.text(settings).isEmpty {
            #expect(setting.apply(&copy, setting.text(settings)), "\(setting.name)")
        }
        #expect(copy == settings)
    }

    @Test func namesLettersAndVariablesAreUnique() {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.variable)).count == Setting.all.count)
        let letters = Setting.all.compactMap(\.letter)
        #expect(Set(letters).count == letters.count)
        #expect(Setting.named("load-average")?.variable == "STEVE_LOAD_AVERAGE")
    }

    @Test func aChangeIsAllOrNothing() throws {
        let settings = Settings(cpus: 4)
        let changed = try settings.changing(["jobs": "24", "load-average": "28"])
        #expect(changed.values["jobs"] == "24")
        #expect(changed.values["load-average"] == "28")
        #expect(throws: SettingError.self) { try settings.changing(["jobs": "24", "min-jobs": "x"]) }
        #expect(throws: SettingError.notWhileRunning(name: "backend")) {
            try settings.changing(["backend": "fifo"])
        }
        #expect(throws: SettingError.unknown(name: "job")) { try settings.changing(["job": "1"]) }
    }

    @Test func aBadVariableIsNamed() throws {
        let error = try #require(throws: SettingError.self) {
            try Settings.merge(cpus: 4, environment: ["STEVE_JOBS": "many"])
        }
        #expect(
            "\(error)" == "environment variable STEVE_JOBS: \"many\" is not a whole number from 1 to 65536"
        )
    }

    @Test func moreJobsAlwaysAllowedThanEverAreIsWarnedAbout() throws {
        #expect(Settings(cpus: 4).warnings.isEmpty)
        #expect(try Settings(cpus: 4).changing(["min-jobs": "5"]).warnings.count == 1)
    }
}
