import CLinux
import Fuse
import Glibc
import Linux
import SystemPackage
import TestKit
import Testing

/// The contract through the kernel of this machine: one file mounted from /dev/fuse.
@Suite(
    .serialized,
    .enabled(if: MountedFile.obstacle == nil, "not run: \(MountedFile.obstacle ?? "")")
)
struct RealKernelTests {
    @Test func handshakeHappens() throws {
        let file = try MountedFile()
        try file.serve(until: { file.session?.isReady == true })
    }

    @Test func readGivesOneTokenThenEAGAIN() throws {
        let file = try MountedFile()
        file.handler.tokens = 2
        let outcomes = try file.perform { [path = file.path] in
            let client = openOnce(path, O_RDWR | O_NONBLOCK)
            defer { close(client) }
            return [readOnce(client, 1), readOnce(client, 131_072), readOnce(client, 1), readOnce(client, 8)]
        }
        #expect(outcomes == [1, 1, -Int(EAGAIN), -Int(EAGAIN)])
        try file.serve(until: { file.handler.events.last == .closed(1) })
    }

    /// Also when somebody waits in a read of the very same open file: the kernel must not lock the file's
    /// offset meanwhile.
    @Test func writeEndsAReadThatWaitsOnTheSameOpenFile() throws {
        let file = try MountedFile()
        let client = try file.open(O_RDWR)
        let reader = ClientThread { readOnce(client, 1) }
        try file.serve(until: { file.handler.parked.count == 1 })
        #expect(file.handler.events.last == .read(file: 1, thread: reader.kernelID, nonblocking: false))
        let writer = ClientThread { writeOnce(client, 1) }
        try file.serve(until: { reader.value != nil && writer.value != nil })
        #expect(reader.value == 1)
        #expect(writer.value == 1)
        #expect(file.handler.events.last == .wrote(1, file: 1, thread: writer.kernelID))
    }

    @Test func nonblockingCanBeSetLater() throws {
        let file = try MountedFile()
        let outcome = try file.perform { [path = file.path] in
            let client = openOnce(path, O_RDWR)
            defer { close(client) }
            _ = fcntl(client, F_SETFL, O_NONBLOCK)
            return readOnce(client, 1)
        }
        #expect(outcome == -Int(EAGAIN))
    }

    @Test func everyMixOfOpenFlagsWorks() throws {
        let file = try MountedFile()
        let mixes = [
            O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_NONBLOCK, O_RDWR | O_CLOEXEC, O_WRONLY | O_CREAT,
            O_WRONLY | O_TRUNC, O_RDWR | O_CREAT | O_TRUNC, O_WRONLY | O_APPEND, O_RDWR | O_SYNC,
        ]
        let outcomes = try file.perform { [path = file.path] in
            mixes.map { mix in
                let client = openOnce(path, mix)
                guard client >= 0 else { return -Int(errno) }
                defer { close(client) }
                let again = openOnce("/proc/self/fd/\(client)", mix)
                guard again >= 0 else { return -Int(errno) }
                defer { close(again) }
                return mix & O_ACCMODE == O_RDONLY ? 1 : writeOnce(again, 1)
            }
        }
        #expect(outcomes == mixes.map { _ in 1 })
    }

    @Test func longWriteIsTakenInFull() throws {
        let file = try MountedFile()
        let outcome = try file.perform { [path = file.path] in
            let client = openOnce(path, O_WRONLY)
            defer { close(client) }
            return writeOnce(client, 10_000)
        }
        #expect(outcome == 10_000)
        #expect(file.handler.tokens == 10_000)
    }

    @Test func pollWakesWhenATokenComes() throws {
        let file = try MountedFile()
        let client = try file.open(O_RDWR | O_NONBLOCK)
        #expect(try file.perform { pollOnce(client, CInt(POLLIN | POLLOUT), 0) } == Int(POLLOUT))
        let poller = ClientThread { pollOnce(client, POLLIN, 10_000) }
        try file.serve(until: { !file.handler.pollers.isEmpty })
        try file.serve(milliseconds: 50)
        #expect(poller.value == nil)
        #expect(try file.perform { writeOnce(client, 1) } == 1)
        try file.serve(until: { poller.value != nil })
        #expect(poller.value == Int(POLLIN))
        #expect(try file.perform { readOnce(client, 1) } == 1)
        #expect(try file.perform { pollOnce(client, POLLIN, 0) } == 0)
    }

    /// The hard case: an epoll is told "readable" when the file is added, the client empties the file and
    /// waits, and the kernel does not ask again.
    @Test func edgeTriggeredEpollWakesAfterTheFileWasEmptied() throws {
        let file = try MountedFile()
        file.handler.tokens = 1
        let client = try file.open(O_RDWR | O_NONBLOCK)
        let loop = clinux_epoll_create()
        defer { close(loop) }
        let emptied = try file.perform {
            clinux_epoll_control(loop, EPOLL_CTL_ADD, client, EPOLLIN.rawValue | EPOLLET.rawValue, 0)
            return [waitOnce(loop, 0), readOnce(client, 1), readOnce(client, 1), waitOnce(loop, 0)]
        }
        #expect(emptied == [1, 1, -Int(EAGAIN), 0])
        let waiter = ClientThread { waitOnce(loop, 10_000) }
        try file.serve(milliseconds: 20)
        #expect(waiter.value == nil)
        #expect(try file.perform { writeOnce(client, 1) } == 1)
        try file.serve(until: { waiter.value != nil })
        #expect(waiter.value == 1)
    }

    @Test func signalEndsAWaitingReadAtOnce() throws {
        let file = try MountedFile()
        signal(SIGUSR1) { _ in }
        let client = try file.open(O_RDWR)
        let reader = ClientThread { readOnce(client, 1) }
        try file.serve(until: { file.handler.parked.count == 1 })
        let number = file.handler.parked[0]
        reader.signal(SIGUSR1)
        try file.serve(until: { reader.value != nil })
        #expect(reader.value == -Int(EINTR))
        #expect(file.handler.events.last == .interrupted(number))
        #expect(file.handler.parked.isEmpty)
    }

    @Test func killedReaderEndsAndIsClosed() throws {
        let file = try MountedFile()
        let reader = try Program(["cat", file.path]).start(output: -1)
        try file.serve(until: { file.handler.parked.count == 1 })
        kill(reader, SIGKILL)
        var status: CInt = 0
        // Safe: the integer lives on this stack frame.
        try file.serve(until: { unsafe waitpid(reader, &status, WNOHANG) == reader })
        #expect(status == SIGKILL)
        try file.serve(until: { file.handler.events.last == .closed(1) })
        #expect(file.handler.parked.isEmpty)
    }

    @Test func statTruncateSyncAndLockWork() throws {
        let file = try MountedFile()
        let outcomes = try file.perform { [path = file.path] in
            let client = openOnce(path, O_RDWR)
            defer { close(client) }
            var status = stat()
            var system = statvfs()
            // Safe: the structures live on this stack frame, the texts are lent for the calls.
            let results = unsafe [
                fstat(client, &status), ftruncate(client, 0), fsync(client), fchmod(client, 0o644),
                access(path, R_OK | W_OK), fstatvfs(client, &system), flock(client, LOCK_EX),
            ]
            return results + [CInt(status.st_mode & S_IFMT == S_IFREG ? 0 : 1), CInt(status.st_size)]
        }
        #expect(outcomes == [0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    /// The kernel answers FIONREAD from the file's size, without asking us: 0, or 1 from a write until the
    /// next stat(2).
    @Test func FIONREADIsTheKernelsOwnAnswer() throws {
        let file = try MountedFile()
        file.handler.tokens = 3
        let counts = try file.perform { [path = file.path] in
            let client = openOnce(path, O_RDWR)
            defer { close(client) }
            let before = unread(client)
            _ = writeOnce(client, 1)
            let after = unread(client)
            var status = stat()
            // Safe: the structure lives on this stack frame.
            unsafe fstat(client, &status)
            return [before, after, unread(client)]
        }
        #expect(counts == [0, 1, 0])
    }

    @Test func otherIoctlsAreENOTTY() throws {
        let file = try MountedFile()
        let outcome = try file.perform { [path = file.path] in
            let client = openOnce(path, O_RDWR)
            defer { close(client) }
            return isatty(client) == 0 ? -Int(errno) : 1
        }
        #expect(outcome == -Int(ENOTTY))
    }

    @Test func unmountEndsTheSession() throws {
        let file = try MountedFile()
        try file.serve(until: { file.session?.isReady == true })
        try FuseMount.unmount(file.path)
        var outcome = DeviceSession.Outcome.idle
        let end = MonotonicClock.nowNanoseconds + 5_000_000_000
        while outcome == .idle, MonotonicClock.nowNanoseconds < end {
            outcome = file.session?.serve() ?? .ended(.badFileDescriptor)
        }
        #expect(outcome == .ended(nil))
    }
}
