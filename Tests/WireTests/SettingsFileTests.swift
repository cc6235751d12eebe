internal import Testing

@testable import Wire

@Suite struct SettingsFileTests {
    @Test func linesThatAShellReadsAlikeAreTaken() throws {
        let text = """
            # /etc/conf.d/steve

            STEVE_JOBS="32"
              STEVE_MIN_JOBS=2 # two
            STEVE_LOAD_AVERAGE='28.5'\t# hash: "#"
            STEVE_USER=""
            rc_need="localmount"
            """
        let assignments = try SettingsFile.parse(text, path: "/f")
        #expect(assignments.map(\.setting) == ["jobs", "min-jobs", "load-average", "user"])
        #expect(assignments.map(\.text) == ["32", "2", "28.5", ""])
        #expect(assignments.map(\.source) == [3, 4, 5, 6].map { .file(path: "/f", line: $0) })
    }

    @Test(arguments: [
        "STEVE_JOBS",
        "STEVE_JOBS = 32",
        "STEVE_JOBS= 32",
        "export STEVE_JOBS=32",
        "STEVE_JOBS=\"32",
        "STEVE_JOBS=\"3\"2",
        "STEVE_JOBS=\"32\"#x",
        "STEVE_JOBS=32 33",
        "STEVE_JOBS=$(nproc)",
        "STEVE_JOBS=\"`nproc`\"",
        "STEVE_JOBS=\"\\32\"",
        "STEVE_JOBS=32;true",
        "STEVE_JOB=32",
        "1STEVE=3",
        "STEVE_JOBS=32\r",
        "MAKEOPTS=-j8",
        "<html>",
    ])
    func anythingElseIsAnErrorWithItsLine(line: String) throws {
        let error = try #require(throws: SettingError.self) {
            let file = try SettingsFile.parse("# one\n\(line)\nSTEVE_JOBS=1\n", path: "/etc/conf.d/steve")
            _ = try Settings.merge(cpus: 1, file: file)
        }
        #expect("\(error)".hasPrefix("/etc/conf.d/steve, line 2: "))
    }

    @Test func aCommentFromWindowsHidesNothing() throws {
        #expect(try SettingsFile.parse("# one\r\nSTEVE_JOBS=2\n", path: "/f").map(\.text) == ["2"])
    }

    @Test(arguments: ["STEVE_JOBS=\"32\"\r", "STEVE_JOBS=32 # all\r", "\r", "STEVE_JOBS=32\r"])
    func aLineFromWindowsIsToldAsOne(line: String) throws {
        let error = try #require(throws: SettingError.self) { try SettingsFile.parse(line, path: "/f") }
        #expect("\(error)".hasSuffix("as Windows writes lines: sed -i 's/\\r$//' /f"))
    }

    @Test func aBadValueNamesItsLine() throws {
        let file = try SettingsFile.parse("\nSTEVE_JOBS=0", path: "/f")
        let error = try #require(throws: SettingError.self) { try Settings.merge(cpus: 4, file: file) }
        #expect("\(error)" == "/f, line 2: STEVE_JOBS: \"0\" is not a whole number from 1 to 65536")
    }
}
