import Testing

@testable import Wire

@Suite struct WeightRuleTests {
    @Test(arguments: [
        ("dev-qt/*=0.5", "dev-qt/qtbase-6.8.1", true), ("dev-qt/*=0.5", "dev-qt2/x-1", false),
        ("*=2", "", true), ("*chromium*=2", "www-client/chromium-131", true), ("a?c=1", "abc", true),
        ("a?c=1", "ac", false), ("*a*b*c=1", "xaxbxbxc", true), ("*a*b*c=1", "xaxbxbx", false),
        ("session 12=3", "session 12", true), ("session 12=3", "session 123", false), ("**=1", "x", true),
    ])
    func patternCoversTheWholeLabel(text: String, label: String, isMatch: Bool) throws {
        #expect(try #require(WeightRule(text)).matches(label) == isMatch)
    }

    @Test func hostilePatternEnds() throws {
        let rule = try #require(WeightRule(String(repeating: "a*", count: 40) + "b=1"))
        #expect(!rule.matches(String(repeating: "a", count: 4000)))
    }

    @Test(arguments: [
        "x=0", "x=-1", "x=nan", "x=inf", "x=101", "x=", "x=1e-9", "x=0x", "x=0x1", "", "x", "=1",
    ])
    func whatIsNoPatternWithAWeightInRangeIsRefused(text: String) {
        #expect(WeightRule(text) == nil)
    }
}
