import Testing

@testable import Wire

@Suite struct MakeVersionTests {
    @Test(arguments: [
        ("GNU Make 4.4.1\nBuilt for x86_64\n", false), ("GNU Make 4.4\n", false), ("GNU Make 4.10", false),
        ("GNU Make 5.0", false), ("GNU Make 4.3\n", true), ("GNU Make 3.82", true),
    ])
    func whoKnowsNoFifoIsWarnedAbout(output: String, isTooOld: Bool) throws {
        #expect((try #require(MakeVersion(output)).warning != nil) == isTooOld)
    }

    @Test(arguments: ["", "\n", "GNU Make", "GNU Make four", "bmake 4.3", "GNU Make 4"])
    func anythingElseIsNoVersion(output: String) {
        #expect(MakeVersion(output) == nil)
    }
}
