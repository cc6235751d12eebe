import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

/// A server that does nothing, and one that a request ends.
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
        // It never saw this one.
        #expect(try client.read() == UInt8(ascii: "+"))
        #expect(try daemon.serverPid != server)
        #expect(daemon.log.contains("the server has done nothing for"))
        let status = try #require(try daemon.connect().ask(.status).answer?.status)
        #expect(status.takeovers?.reason == "was killed by signal 9")
        #expect((status.held, status.free) == (3, 1))
    }

    /// On the pipe nobody waits for the server but at its socket.
    @Test(arguments: canServeFile ? [Backend.fifo, .fuse] : [.fifo])
    func whoeverAsksAHungServerAtItsSocketIsAnsweredByAnother(_ backend: Backend) throws {
        let daemon = try start(backend, ["_STEVE_PATIENCE_MS": "900"])
        let server = try daemon.serverPid
        Glibc.kill(server, SIGSTOP)
        // Nobody waits: nobody is killed.
        usleep(1_500_000)
        #expect(try daemon.serverPid == server)
        try eventually { try daemon.connect().ask(.status).answer?.status.takeovers?.count == 1 }
        #expect(try daemon.serverPid != server)
    }

    /// A service manager's stop, or Ctrl-C: it would wait for ever, or kill the keeper and leave the server.
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
        // Others go on, and so does this one with what ends nobody.
        #expect(try holder.read() == UInt8(ascii: "+"))
        try poisoner.file.writeAll("+".utf8)
        try holder.write(UInt8(ascii: "+"))
        try eventually { try daemon.connect().ask(.status).answer?.status.held == 0 }
        // The next one has its three attempts again.
        #expect(throws: Errno.ioError) { try poisoner.file.writeAll("poison".utf8) }
        #expect(try daemon.connect().ask(.status).answer?.status.takeovers?.count == 4)
    }
}
