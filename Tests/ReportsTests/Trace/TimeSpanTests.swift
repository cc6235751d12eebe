internal import Testing

@testable import Reports

@Suite struct TimeSpanTests {
    @Test(
        arguments: [("90", 90), ("90s", 90), ("30m", 1_800), ("1.5h", 5_400), ("0", 0)] as [(String, Double)]
    )
    func timesAreReadAsPeopleWriteThem(text: String, seconds: Double) {
        #expect(TimeSpan(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "m", "-1", "1d", "nan", "inf", "1e99", "3 m", "1m30"])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(TimeSpan(text) == nil)
    }
}
