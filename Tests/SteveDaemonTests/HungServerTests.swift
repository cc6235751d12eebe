import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

/// A server that does nothing, and a server that a request ends.
@Suite(.serialized) struct HungServerTests {
    private let name = "steve-hung-\(getpid())-\(MonotonicClock.nowNanoseconds)"

    private func start(_ backend: Backend, _ environment: [String: String]) throws -> RunningDaemon {
        let daemon = try RunningDaemon(
            ["--backend", backend.rawValue, "--dev-name", name, "--jobs", "4"],
            name: name,
            environment: environment
        )
        try #require(daemon.isReady, "\(daemon.log)")
        return daemon
    }

    private static let canServeFile = RunningDaemon.canServeFile

    @Test(.enabled(if: canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func requestThatWaitsForAHungServerIsServedByAnother() throws {
        let daemon = try start(.fuse, ["_STEVE_PATIENCE_MS": "900"])
        let server = try daemon.serverPid
        let client = try ByteFile(try daemon.connect().greeting.path, waiting: false)
        for _ in 0..<2 { #expect(try client.read() == UInt8(ascii: "+")) }
        Glibc.kill(server, SIGSTOP)
        // The stopped server never sees this request.
        #expect(try client.read() == UInt8(ascii: "+"))
        #expect(try daemon.serverPid != server)
        #expect(daemon.log.contains("the server has done nothing for"))
        let status = try #require(try daemon.connect().ask(.status).answer?.status)
        #expect(status.takeovers?.reason == "was killed by signal 9")
        #expect((status.held, status.free) == (3, 1))
    }

    /// On the pipe, clients wait for the server only at its socket.
    @Test(arguments: canServeFile ? [Backend.fifo, .fuse] : [.fifo])
    func whoeverAsksAHungServerAtItsSocketIsAnsweredByAnother(_ backend: Backend) throws {
        let daemon = try start(backend, ["_STEVE_PATIENCE_MS": "900"])
        let server = try daemon.serverPid
        Glibc.kill(server, SIGSTOP)
        // As long as nobody waits, the keeper kills no server.
        usleep(1_500_000)
        #expect(try daemon.serverPid == server)
        try eventually { try daemon.connect().ask(.status).answer?.status.takeovers?.count == 1 }
        #expect(try daemon.serverPid != server)
    }

    /// The stop of a service manager, or Ctrl-C: otherwise it would wait for ever, or end the keeper and
    /// leave the server.
    @Test(arguments: canServeFile ? [Backend.fifo, .fuse] : [.fifo])
    func stopOfAHungServerEndsIt(_ backend: Backend) throws {
        let daemon = try start(backend, ["_STEVE_PATIENCE_MS": "9000"])
        let server = try daemon.serverPid
        Glibc.kill(server, SIGSTOP)
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(137))
        #expect(daemon.log.contains("the server was told to end and has done nothing"), "\(daemon.log)")
        #expect((try? FileStatus(ofPath: "/proc/\(server)")) == nil)
        #expect((try? FileStatus(ofPath: daemon.socketPath)) == nil)
    }

    @Test(.enabled(if: canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func requestThatEndsEveryServerIsAnErrorAtItsThirdAttempt() throws {
        let daemon = try start(.fuse, ["_STEVE_POISON": "poison"])
        let path = try daemon.connect().greeting.path
        let holder = try ByteFile(path, waiting: false)
        let poisoner = try openReadWrite(path)
        #expect(try holder.read() == UInt8(ascii: "+"))
        #expect(throws: Errno.ioError) { try poisoner.file.writeAll("poison".utf8) }
        let status = try #require(try daemon.connect().ask(.status).answer?.status)
        #expect(status.takeovers?.count == 2, "\(daemon.log)")
        #expect(status.held == 1)
        // Other clients go on, and so does this one if it writes something harmless.
        #expect(try holder.read() == UInt8(ascii: "+"))
        try poisoner.file.writeAll("+".utf8)
        try holder.write(UInt8(ascii: "+"))
        try eventually { try daemon.connect().ask(.status).answer?.status.held == 0 }
        // The next poisoned write has its three attempts again.
        #expect(throws: Errno.ioError) { try poisoner.file.writeAll("poison".utf8) }
        #expect(try daemon.connect().ask(.status).answer?.status.takeovers?.count == 4)
    }
}
