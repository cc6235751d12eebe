internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct ProcessDescriptorTests {
    /// A child that already has its new name: `posix_spawn` returns in the middle of the exec, a moment
    /// earlier.
    private func startSleeping(_ program: String) throws -> Int32 {
        let pid = try Program([program, "60"]).start()
        let patience = MonotonicClock.nowNanoseconds + 5_000_000_000
        while !ProcFS.command(of: pid).hasSuffix(" 60"), MonotonicClock.nowNanoseconds < patience {
            usleep(1000)
        }
        return pid
    }

    @Test func aLivingProcessHasNotEnded() throws {
        let me = try ProcessDescriptor(getpid())
        let ended = me.hasEnded
        #expect(!ended)
        try me.signal(0)
    }

    @Test func aDeathWakesTheLoopBeforeAnybodyReaps() throws {
        let loop = try EventLoop()
        let pid = try startSleeping("sleep")
        let process = try ProcessDescriptor(pid)
        let raw = process.raw
        try loop.watch(#require(raw), key: 3)
        #expect(loop.wait(until: 0) == 0)
        let start = MonotonicClock.nowNanoseconds
        try process.signal(SIGKILL)
        #expect(loop.wait(until: start + 5_000_000_000) == 1)
        #expect(loop.event(0).key == 3)
        let ended = process.hasEnded
        #expect(ended)
        // A zombie still has its name and its start time, but no command line.
        #expect(try ProcFS.stat(of: pid).state == "Z")
        #expect(ProcFS.command(of: pid) == "[sleep]")
        #expect(try waitForEnd(pid) == .killed(signal: SIGKILL))
        #expect(throws: Errno.noSuchProcess) { try process.signal(SIGKILL) }
        #expect(throws: Errno.noSuchProcess) { try ProcFS.process(ofThread: pid) }
    }

    @Test func aNameThatLooksLikeALineOfStatFoolsNobody() throws {
        let folder = try TemporaryFolder()
        let name = "a) S 1 (\nTgid:"
        let program = folder.path(name)
        try waitForEnd(try Program(["cp", "/bin/sleep", program]).start())
        let pid = try startSleeping(program)
        let stat = try ProcFS.stat(of: pid)
        #expect(stat.pid == pid)
        #expect(stat.commandName == "a) S 1 (?Tgid:")
        #expect(stat.parent == getpid())
        #expect(try ProcFS.process(ofThread: pid) == pid)
        #expect(ProcFS.command(of: pid) == "\(folder.path)/a) S 1 (?Tgid: 60")
        try ProcessDescriptor(pid).signal(SIGKILL)
        try waitForEnd(pid)
    }

    @Test func laterProcessesStartLater() throws {
        let mine = try ProcFS.stat(of: getpid()).startTime
        let pid = try Program(["sleep", "60"]).start()
        #expect(try ProcFS.stat(of: pid).startTime >= mine)
        try ProcessDescriptor(pid).signal(SIGKILL)
        try waitForEnd(pid)
    }

    @Test func aPidThatNobodyHasIsRefused() {
        #expect(throws: Errno.noSuchProcess) { _ = try ProcessDescriptor(4_194_303) }
        #expect(throws: Errno.invalidArgument) { _ = try ProcessDescriptor(0) }
        #expect(throws: Errno.invalidArgument) { _ = try ProcessDescriptor(-1) }
    }
}
