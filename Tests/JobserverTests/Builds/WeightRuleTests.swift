import Testing

@testable import Jobserver

@Suite struct WeightRuleTests {
    @Test(arguments: [
        ("dev-qt/*=0.5", "dev-qt/qtbase-6.8.1", true), ("dev-qt/*=0.5", "dev-qt2/x-1", false),
        ("*=2", "", true), ("*chromium*=2", "www-client/chromium-131", true), ("a?c=1", "abc", true),
        ("a?c=1", "ac", false), ("*a*b*c=1", "xaxbxbxc", true), ("*a*b*c=1", "xaxbxbx", false),
        ("session 12=3", "session 12", true), ("session 12=3", "session 123", false), ("**=1", "x", true),
    ])
    func patternCoversTheWholeLabel(text: String, label: String, isMatch: Bool) throws {
        #expect(try WeightRule(text).matches(label) == isMatch)
    }

    @Test func hostilePatternEnds() throws {
        let rule = try WeightRule(String(repeating: "a*", count: 40) + "b=1")
        #expect(!rule.matches(String(repeating: "a", count: 4000)))
    }

    @Test func lastRuleThatMatchesDecides() throws {
        let rules = try [WeightRule("*=2"), WeightRule("dev-qt/*=0.5")]
        #expect(rules.weight(of: "dev-qt/qtbase-6.8.1") == 0.5)
        #expect(rules.weight(of: "sys-libs/glibc-2.40") == 2)
        #expect([WeightRule]().weight(of: "x") == 1)
    }

    @Test(arguments: ["x=0", "x=-1", "x=nan", "x=inf", "x=101", "x=", "x=1e-9", "x=0x"])
    func weightOutOfRangeIsRefused(text: String) {
        let number = String(text.dropFirst(2))
        #expect(throws: WeightRuleError.badWeight(text, number)) { try WeightRule(text) }
    }

    @Test(arguments: ["", "x", "=1"])
    func textWithoutPatternOrWeightIsRefused(text: String) {
        #expect(throws: WeightRuleError.notAnAssignment(text)) { try WeightRule(text) }
    }
}
