internal import Glibc
internal import Linux
internal import SystemPackage
internal import Testing

@Suite struct ProcessDescriptorTests {
    @Test func aLivingProcessHasNotEnded() throws {
        let me = try ProcessDescriptor(getpid())
        let ended = me.hasEnded
        #expect(!ended)
        try me.signal(0)
    }

    @Test func aPidThatNobodyHasIsRefused() {
        #expect(throws: Errno.noSuchProcess) { _ = try ProcessDescriptor(4_194_303) }
        #expect(throws: Errno.invalidArgument) { _ = try ProcessDescriptor(0) }
        #expect(throws: Errno.invalidArgument) { _ = try ProcessDescriptor(-1) }
    }
}
