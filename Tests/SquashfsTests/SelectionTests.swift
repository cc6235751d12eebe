internal import Glibc
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

/// Rules leave files out; lines add and change files.
@Suite struct SelectionTests {
    @Test func pseudoLinesAddAndChange() throws {
        let bench = try Bench()
        for line in [
            "/dev d 755 0 0", "/dev/console c 600 0 5 5 1", "/empty d 1777 1 2", "/one c 600 0 0 1 3",
        ] {
            bench.options.pseudo.append(try #require(PseudoLine(Array(line.utf8))))
        }
        _ = try bench.pack()
        #expect(try bench.paths() == ["", "dev", "dev/console", "empty", "one", "sub", "sub/long", "twin"])
        bench.options.pseudo = [try #require(PseudoLine(Array("/no/where d 755 0 0".utf8)))]
        #expect(throws: PackError.self) { try bench.pack() }
    }

    @Test func folderOfALineStaysAlthoughItIsExcluded() throws {
        let bench = try Bench()
        for rule in ["/sub/", "!/sub/other"] { _ = bench.options.rules.add(line: Array(rule.utf8)) }
        bench.options.pseudo = [try #require(PseudoLine(Array("/sub d 755 0 0".utf8)))]
        _ = try bench.pack()
        #expect(try bench.paths() == ["", "empty", "one", "sub", "twin"])
    }

    @Test(arguments: ["/new d 755 0 0", "/one c 600 0 0 1 3", "/sub/new d 755 0 0"])
    func twoLinesAboutOnePathAreRefused(line: String) throws {
        let bench = try Bench()
        let line = try #require(PseudoLine(Array(line.utf8)))
        bench.options.pseudo = [line, line]
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.hasPrefix("two lines of --pseudo are about /") == true)
    }

    @Test func rulesLeaveOutAndKeep() throws {
        let bench = try Bench()
        try bench.folder.write("x", to: "root/sub/kept")
        for rule in ["/sub/", "!/sub/kept", "/empty", "/nothing"] {
            _ = bench.options.rules.add(line: Array(rule.utf8))
        }
        #expect(try bench.pack().unusedRules == ["/nothing"])
        #expect(try bench.paths() == ["", "one", "sub", "sub/kept", "twin"])
        var survey = ExclusionSurvey(bench.options)
        var excluded: [String] = []
        try survey.run { excluded.append(String(decoding: $0, as: UTF8.self)) }
        #expect(excluded == ["empty", "sub"])
        #expect(survey.amounts.map(\.bytes) == [100_000, 1, 0, 0])
        #expect(survey.kept.bytes == 7)
    }

    /// Else two images of the same contents would differ.
    @Test func whatIsLeftOutDoesNotDate() throws {
        let bench = try Bench()
        for rule in ["/sub/", "!/sub/other"] { _ = bench.options.rules.add(line: Array(rule.utf8)) }
        let time = timespec(tv_sec: 4_000_000_000, tv_nsec: 0)
        // Safe: the arguments are lent for the call.
        try #require(unsafe utimensat(AT_FDCWD, bench.folder.path("root/sub"), [time, time], 0) == 0)
        _ = try bench.pack()
        #expect(try ImageFile(path: bench.options.output).reader().superblock.time < 4_000_000_000)
    }

    @Test func folderWithNothingKeptGoes() throws {
        let bench = try Bench()
        for rule in ["/sub/", "!/sub/other"] { _ = bench.options.rules.add(line: Array(rule.utf8)) }
        _ = try bench.pack()
        #expect(try bench.paths() == ["", "empty", "one", "twin"])
    }
}
