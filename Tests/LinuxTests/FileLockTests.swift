internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct FileLockTests {
    @Test func oneHoldsItAtATime() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("lock")
        let first = try FileLock(path, waiting: false)
        #expect(throws: Errno.wouldBlock) { _ = try FileLock(path, waiting: false) }
        _ = consume first
        // Waits, because a child that another test has just started has our descriptors until it executes its
        // program.
        _ = try FileLock(path, waiting: true)
    }

    @Test func waitingEndsWhenTheHolderDoes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("lock")
        let taken = folder.path("taken")
        let pid = try Program(["flock", path, "sh", "-c", "touch \(taken); sleep 0.2"]).start()
        while (try? FileStatus(ofPath: taken)) == nil { usleep(1000) }
        let start = MonotonicClock.nowNanoseconds
        let lock = try FileLock(path, waiting: true)
        #expect(MonotonicClock.nowNanoseconds - start > 50_000_000)
        _ = consume lock
        #expect(try waitForEnd(pid) == .exited(0))
    }

    @Test func aLinkIsNotFollowed() throws {
        #expect(throws: Errno.tooManySymbolicLinkLevels) {
            _ = try FileLock("/proc/self/cwd", waiting: false)
        }
    }
}
