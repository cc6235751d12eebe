internal import Testing

@testable import Wire

@Suite struct NinjaVersionTests {
    @Test(arguments: [
        ("1.11.1\n", true, true),
        ("1.12.1.git.kitware.jobserver-1", true, true),
        ("1.13.2", true, false),
        ("1.13.0.git.kitware.jobserver-pipe-1\n", true, false),
        ("1.14.0.git", false, false),
        ("2.0", false, false),
    ])
    func whoRunsWithoutTheJobserverIsWarnedAbout(output: String, onDevice: Bool, onPipe: Bool) throws {
        let version = try #require(NinjaVersion(output))
        #expect((version.warning(for: .cuse) != nil) == onDevice)
        #expect((version.warning(for: .fifo) != nil) == onPipe)
        #expect(version.warning(for: .fuse) != nil)
    }

    @Test(arguments: ["", "\n", "samu", "1", "x.y"])
    func anythingElseIsNoVersion(output: String) {
        #expect(NinjaVersion(output) == nil)
    }
}
