internal import Glibc
internal import Testing

@testable import Packing
@testable import Squashfs

@Suite struct ExclusionRulesTests {
    @Test func rulesAreReadFromAPipe() throws {
        var ends: [CInt] = [-1, -1]
        // Safe: the arrays are lent for the calls.
        #expect(unsafe pipe(&ends) == 0)
        #expect(unsafe write(ends[1], "/a\n*.o\n", 7) == 7)
        close(ends[1])
        defer { close(ends[0]) }
        let lines = try TextFile.lines(path: Array("/proc/self/fd/\(ends[0])".utf8))
        #expect(lines == ["/a", "*.o", ""].map { Array($0.utf8) })
    }

    private func excludes(_ lines: [String], _ path: String, isFolder: Bool = false) -> Bool {
        var rules = ExclusionRules()
        for line in lines {
            let isRule = rules.add(line: Array(line.utf8))
            #expect(isRule)
        }
        let matcher = RuleMatcher(rules)
        var place = matcher.root
        let names = path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        for name in names.dropLast() { place = matcher.place(of: name, in: place) }
        return matcher.decision(on: names.last ?? [], isFolder: isFolder, in: place)
            .map { !rules.rules[$0].keeps } ?? false
    }

    @Test(arguments: [
        ("*.a", "libx.a", true), ("*.a", "usr/lib/libx.a", true), ("*.a", "usr/lib/libx.ab", false),
        ("/usr/src", "usr/src", true), ("/usr/src", "opt/usr/src", false), ("usr/src", "opt/usr/src", true),
        ("/var/tmp/**", "var/tmp/x/y", true), ("/var/tmp/**", "var/tmp", false),
        ("/usr/**/doc", "usr/doc", true), ("/usr/**/doc", "usr/a/b/doc", true),
        ("/usr/**/doc", "usr/a/b/docs", false),
        ("/usr/*/doc", "usr/a/doc", true), ("/usr/*/doc", "usr/a/b/doc", false),
        ("?at", "cat", true), ("?at", "at", false), ("[a-c]at", "bat", true), ("[!a-c]at", "bat", false),
        ("[!a-c]at", "rat", true), ("\\*", "*", true), ("\\*", "x", false), ("a*b*c", "axxbyybzc", true),
        ("a*b*c", "axxbyybz", false), ("[]]", "]", true), ("[\\]x]", "]", true), ("[\\]x]", "x", true),
        ("[\\!a]", "!", true), ("[\\!a]", "b", false), ("[a\\-c]", "b", false), ("[a\\-c]", "-", true),
        ("\\#x", "#x", true), ("\\!x", "!x", true),
    ]) func patternsMean(rule: String, path: String, isExcluded: Bool) {
        #expect(excludes([rule], path) == isExcluded)
    }

    @Test func slashAtTheEndWantsAFolder() {
        #expect(excludes(["cache/"], "a/cache", isFolder: true))
        #expect(!excludes(["cache/"], "a/cache"))
    }

    @Test func lastRuleThatMatchesDecides() {
        #expect(!excludes(["*.ko", "!/lib/keep.ko"], "lib/keep.ko"))
        #expect(excludes(["!/lib/keep.ko", "*.ko"], "lib/keep.ko"))
    }

    @Test(arguments: ["[a", "a\\", "/", "!", "**", "[z-a]"]) func brokenRulesAreRefused(rule: String) {
        var rules = ExclusionRules()
        let isRule = rules.add(line: Array(rule.utf8))
        #expect(!isRule)
    }

    @Test func commentsAndEmptyLinesAreNoRules() {
        var rules = ExclusionRules()
        let empty = rules.add(line: [])
        let comment = rules.add(line: Array("# x".utf8))
        #expect(empty && comment)
        #expect(rules.rules.isEmpty)
    }

    @Test func excludedFolderIsSearchedOnlyForWhatMayBeKept() {
        var rules = ExclusionRules()
        for line in ["/lib/firmware/", "!/lib/firmware/amd/*.bin"] {
            _ = rules.add(line: Array(line.utf8))
        }
        for (folder, may) in [
            ("lib/firmware", true), ("lib/firmware/amd", true), ("lib/firmware/intel", false),
        ] {
            let matcher = RuleMatcher(rules)
            let names = folder.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
            #expect(names.reduce(matcher.root) { matcher.place(of: $1, in: $0) }.mayKeep == may)
        }
    }

    @Test func manyStarsTakeNoTime() {
        let rule = String(repeating: "a*", count: 30) + "b"
        #expect(!excludes([rule], String(repeating: "a", count: 250)))
    }
}
