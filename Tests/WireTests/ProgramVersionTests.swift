internal import Testing

@testable import Wire

@Suite struct ProgramVersionTests {
    @Test(arguments: [
        ("GNU Make 4.4.1\nBuilt for x86_64\n", false), ("GNU Make 4.4\n", false), ("GNU Make 4.10", false),
        ("GNU Make 5.0", false), ("GNU Make 4.3\n", true), ("GNU Make 3.82", true),
    ])
    func aMakeThatKnowsNoFifoIsWarnedAbout(output: String, isTooOld: Bool) {
        #expect((KnownProgram.make.warning(saying: output, on: .cuse) != nil) == isTooOld)
    }

    @Test(arguments: [
        ("ctest version 3.25.1\n", true), ("ctest version 3.29.0", false), ("ctest3 3.1", false),
    ])
    func aCTestThatKnowsNoJobserverIsWarnedAbout(output: String, isTooOld: Bool) {
        #expect((KnownProgram.ctest.warning(saying: output, on: .cuse) != nil) == isTooOld)
    }

    @Test(arguments: [
        ("1.11.1\n", true, true),
        ("1.12.1.git.kitware.jobserver-1", true, true),
        ("1.13.2", true, false),
        ("1.13.0.git.kitware.jobserver-pipe-1\n", true, false),
        ("1.14.0.git", false, false),
        ("2.0", false, false),
    ])
    func aNinjaThatRunsWithoutTheJobserverIsWarnedAbout(output: String, onDevice: Bool, onPipe: Bool) {
        #expect((KnownProgram.ninja.warning(saying: output, on: .cuse) != nil) == onDevice)
        #expect((KnownProgram.ninja.warning(saying: output, on: .fifo) != nil) == onPipe)
        #expect(KnownProgram.ninja.warning(saying: output, on: .fuse) != nil)
    }

    @Test(arguments: [
        "", "\n", "samu", "1", "x.y", "GNU Make", "GNU Make four", "bmake 4.3", "GNU Make 4", "samurai 1.9",
    ])
    func nobodyIsWarnedOfWhatIsNoVersion(output: String) {
        for program in [KnownProgram.make, .ninja, .ctest] {
            #expect(program.warning(saying: output, on: .fuse) == nil)
        }
    }

    @Test func versionsAreOrdered() {
        let order = ["1.13", "1.13.2", "1.13.2-r1", "1.13.10", "1.14", "9999"]
        for (older, newer) in zip(order, order.dropFirst()) {
            #expect(ProgramVersion(package: older) < ProgramVersion(package: newer))
        }
        #expect(ProgramVersion(package: "4.4") == ProgramVersion(4, 4, 0))
        #expect(ProgramVersion(in: "cargo 1.75.0 (1d8b05cdd 2023-11-20)") == ProgramVersion(1, 75))
    }
}
