internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct UnixListenerTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("socket")
    }

    /// Leaves a socket at the path on which nobody listens.
    private func leaveStaleSocket() throws {
        let listener = try UnixListener(path: folder.path("other"), mode: 0o600)
        // Safe: both paths are lent for the call.
        #expect(unsafe link(folder.path("other"), path) == 0)
        _ = consume listener
    }

    @Test func bytesGoBothWays() throws {
        let listener = try UnixListener(path: path, mode: 0o600)
        let nobody = try listener.accept() == nil
        #expect(nobody)
        let client = try UnixStream(connectingTo: path)
        guard let server = try listener.accept() else {
            Issue.record("no connection")
            return
        }
        var received: [UInt8] = []
        #expect(try server.read(into: &received) == nil)
        #expect(try client.write(Array("status\n".utf8)[...]) == 7)
        #expect(try server.read(into: &received, limit: 3) == 3)
        #expect(try server.read(into: &received) == 4)
        #expect(received == Array("status\n".utf8))
        #expect(try server.write(Array("xok".utf8)[1...]) == 2)
        received = []
        #expect(try client.read(into: &received) == 2)
        #expect(received == Array("ok".utf8))
    }

    @Test func theOtherEndsCloseIsSeenAndKillsNobody() throws {
        let listener = try UnixListener(path: path, mode: 0o600)
        let client = try UnixStream(connectingTo: path)
        guard let server = try listener.accept() else {
            Issue.record("no connection")
            return
        }
        _ = consume client
        // Waits, because a child that another test has just started has our descriptors until it executes its
        // program.
        let loop = try EventLoop()
        try loop.watch(server.raw, for: [.readable, .hangUp], key: 1)
        #expect(loop.wait(until: MonotonicClock.nowNanoseconds + 5_000_000_000) == 1)
        #expect(!loop.event(0).interest.isDisjoint(with: .hangUp))
        var received: [UInt8] = []
        #expect(try server.read(into: &received) == 0)
        #expect(throws: Errno.brokenPipe) { try server.write([1]) }
    }

    @Test func aFullSocketTakesWhatFits() throws {
        let listener = try UnixListener(path: path, mode: 0o600)
        let client = try UnixStream(connectingTo: path)
        let much = [UInt8](repeating: 7, count: 1 << 20)
        let sent = try client.write(much[...])
        #expect(sent > 0 && sent < much.count)
        #expect(try client.write(much[...]) == 0)
        let raw = listener.raw
        #expect(raw >= 0)
    }

    @Test func thePeerIsNamedByTheKernel() throws {
        let listener = try UnixListener(path: path, mode: 0o600)
        let client = try UnixStream(connectingTo: path)
        let me = PeerCredentials(pid: getpid(), uid: geteuid(), gid: getegid())
        #expect(try client.peer() == me)
        let peer = try listener.accept()?.peer()
        #expect(peer == me)
    }

    @Test func aWaitingConnectionWakesTheLoop() throws {
        let listener = try UnixListener(path: path, mode: 0o600)
        let loop = try EventLoop()
        try loop.watch(listener.raw, key: 1)
        #expect(loop.wait(until: 0) == 0)
        let client = try UnixStream(connectingTo: path)
        #expect(loop.wait(until: 0) == 1)
        _ = consume client
    }

    @Test(.enabled(if: Privileges.isRoot, "needs root: the socket is given to another group"))
    func modeAndGroupAreAsAsked() throws {
        let listener = try UnixListener(path: path, mode: 0o660, group: 250)
        let status = try FileStatus(ofPath: path)
        #expect(status.kind == .socket)
        #expect(status.mode == 0o660)
        #expect(status.group == 250)
        _ = consume listener
        #expect(throws: Errno.noSuchFileOrDirectory) { try FileStatus(ofPath: path) }
    }

    @Test func aFullQueueIsNotWaitedForForEver() throws {
        let listener = try UnixListener(path: path, mode: 0o600)
        /// Connects again and again and keeps all connections, until a connect fails.
        func crowd(_ count: Int) throws(Errno) {
            let one = try UnixStream(connectingTo: path, patienceMilliseconds: 20)
            guard count < 10_000 else { return }
            try crowd(count + 1)
            _ = consume one
        }
        #expect(throws: Errno.timedOut) { try crowd(0) }
        #expect(try listener.accept() != nil)
    }

    @Test func aStaleSocketIsReplaced() throws {
        try leaveStaleSocket()
        #expect(throws: Errno.connectionRefused) { _ = try UnixStream(connectingTo: path) }
        let listener = try UnixListener(path: path, mode: 0o600)
        let client = try UnixStream(connectingTo: path)
        let accepted = try listener.accept() != nil
        #expect(accepted)
        _ = consume client
    }

    @Test func aLivingListenerKeepsItsName() throws {
        let first = try UnixListener(path: path, mode: 0o600)
        #expect(throws: Errno.addressInUse) { _ = try UnixListener(path: path, mode: 0o600) }
        _ = try UnixStream(connectingTo: path)
        _ = consume first
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() throws {
        try folder.write("precious", to: "socket")
        #expect(throws: Errno.addressInUse) { _ = try UnixListener(path: path, mode: 0o600) }
        #expect(try FileStatus(ofPath: path).kind == .regular)
    }

    @Test func aSuccessorsNameIsNotRemoved() throws {
        let first = try UnixListener(path: path, mode: 0o600)
        try removeFile(path)
        let second = try UnixListener(path: path, mode: 0o600)
        _ = consume first
        _ = try UnixStream(connectingTo: path)
        _ = consume second
        #expect(throws: Errno.noSuchFileOrDirectory) { _ = try UnixStream(connectingTo: path) }
    }

    @Test func aNameThatDoesNotFitIsRefused() {
        let long = "/tmp/" + String(repeating: "x", count: 103)
        #expect(throws: Errno.fileNameTooLong) { _ = try UnixListener(path: long, mode: 0o600) }
        #expect(throws: Errno.fileNameTooLong) { _ = try UnixStream(connectingTo: long) }
    }
}
