import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

/// The named pipe, used by real processes.
@Suite(.serialized) struct PipeServerTests {
    private let shop: PipeShop

    init() throws {
        shop = try PipeShop()
    }

    @Test func limitTakesOutAndPutsBack() throws {
        let stage = try shop.start()
        let holder = try stage.player()
        try stage.take(3, by: holder)
        try stage.set(["jobs": "2"])
        try stage.awaitFree(-1, "3 are out, 2 may be")
        #expect(
            try stage.read(try stage.player(nonblocking: true)) == .failed(.resourceTemporarilyUnavailable)
        )
        try stage.write(holder, bytes: 3)
        try stage.awaitFree(2, "all are back")
        try stage.set(["jobs": "6"])
        try stage.awaitFree(6, "6 may be out")
        try stage.set(["jobs": "4"])
        try stage.finish()
    }

    @Test func wrappersSlotIsChargedAndComesBackWithItsEnd() throws {
        let stage = try shop.start()
        let user = try shop.wrap(["sleep", "100"])
        try stage.awaitFree(3, "a wrapped command has its slot")
        let status = try stage.status()
        #expect(status.holders.map(\.pid) == [Int(user)])
        #expect(status.users.map(\.slot) == [true])
        Glibc.kill(user, SIGKILL)
        try waitForEnd(user)
        try stage.awaitFree(4, "the wrapped command has ended")
    }

    @Test func slotWaitsForAByte() throws {
        let stage = try shop.start()
        let holder = try stage.player()
        try stage.take(4, by: holder)
        let user = try shop.wrap(["sleep", "100"])
        try eventually { try stage.status().waiters.map(\.kind) == [.slot] }
        try stage.write(holder)
        try eventually { try stage.status().holders.map(\.pid) == [Int(user)] }
        try stage.write(holder, bytes: 3)
        try stage.awaitFree(3, "the command keeps its slot")
        Glibc.kill(user, SIGKILL)
        try waitForEnd(user)
        try stage.finish()
    }

    @Test func aSlotWaitsForALoweredLimitToo() throws {
        let stage = try shop.start()
        let holder = try stage.player()
        try stage.take(4, by: holder)
        let user = try shop.wrap(["sleep", "100"])
        try eventually { try stage.status().waiters.map(\.kind) == [.slot] }
        try stage.set(["jobs": "2"])
        try stage.write(holder, bytes: 2)
        try stage.awaitFree(0, "2 are out, and 2 may be")
        stage.device.rest(.milliseconds(700))
        #expect(try stage.status().waiters.map(\.kind) == [.slot])
        try stage.write(holder)
        try eventually { try stage.status().holders.map(\.pid) == [Int(user)] }
        try stage.write(holder)
        Glibc.kill(user, SIGKILL)
        try waitForEnd(user)
        try stage.awaitFree(2, "all are back")
        try stage.finish()
    }

    /// The client has the pipe open already, and nothing tells the daemon when it takes a byte.
    @Test func aClosedGateHoldsAClientThatCameLongBefore() throws {
        let total = try ProcFS.memoryTotalBytes() / 1_048_576
        let stage = try shop.start(["--min-memory-avail", "\(total - 1)"])
        let player = try stage.player(nonblocking: true)
        stage.device.rest(.milliseconds(700))
        try stage.take(1, by: player)
        stage.device.rest(.milliseconds(300))
        #expect(try stage.read(player) == .failed(.resourceTemporarilyUnavailable))
        try stage.write(player)
        try stage.finish()
    }

    @Test func tokensOfTheDeadAreMadeUpOnceNobodyHasThePipeOpen() throws {
        let stage = try shop.start()
        let holder = try stage.player()
        let other = try stage.player()
        try stage.take(3, by: holder)
        try stage.kill(holder)
        stage.device.rest(.milliseconds(1200))
        #expect(try stage.status().free == 1, "somebody may still hold them")
        try stage.kill(other)
        try stage.awaitFree(4, "nobody has the pipe open")
        #expect(try stage.status().totals.reclaimed == 3)
        #expect(shop.daemon?.log.contains("made up 3 token(s)") == true)
    }

    @Test func mintedBytesAreTakenOutOnceNobodyHasThePipeOpen() throws {
        let stage = try shop.start()
        let player = try stage.player()
        try stage.write(player, bytes: 5)
        #expect(try stage.status().free == 9)
        try stage.kill(player)
        try stage.awaitFree(4, "nobody has the pipe open")
        #expect(try stage.status().totals.dropped == 5)
    }

    @Test func statusOwnsUpThatHoldersAreNotKnown() throws {
        let stage = try shop.start()
        let status = try stage.status()
        #expect(status.backend == .fifo)
        #expect(!status.holdersKnown)
    }

    @Test func pipeOfAKilledDaemonIsUsedAgainByWhoWaitsAtIt() throws {
        _ = try shop.start()
        let before = try FileStatus(ofPath: shop.path).identity
        try shop.daemon?.killAll()
        _ = try shop.daemon?.waitUntilEnded()
        // As make does: the reader sleeps in open(2), because nobody has the other end.
        let reader = try Program(["head", "-c", "1", shop.path]).start()
        eventuallySleeps(reader)
        let stage = try shop.start()
        #expect(try FileStatus(ofPath: shop.path).identity == before)
        #expect(try waitForEnd(reader) == .exited(0))
        try stage.awaitFree(4, "the one that was waited for was taken to its end")
    }

    private func eventuallySleeps(_ pid: Int32) {
        try? eventually { try ProcFS.stat(of: pid).state == "S" && ProcFS.command(of: pid).hasPrefix("head") }
    }

    @Test func noMoreTokensThanThePipeHolds() throws {
        let stage = try shop.start(["--jobs", "65536"])
        let status = try stage.status()
        #expect(status.limit == status.free)
        // A client made the pipe as small as can be: the bytes in it must then go round without a wait.
        let player = try stage.player()
        try stage.set(["jobs": "4"])
        try stage.take(2, by: player)
        try stage.write(player, bytes: 2)
        try stage.awaitFree(4, "all are back")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: makes a file in /dev"))
    func whatIsNoPipeInDevStaysAndThePipeIsElsewhere() throws {
        let file = "/dev/\(shop.name)"
        #expect(try makeFile(file))
        defer { try? removeFile(file) }
        let daemon = try shop.startDaemon()
        #expect(daemon.log.contains("at \(daemon.folder.path(shop.name)) (fifo)"))
        #expect(try FileStatus(ofPath: file).kind == .regular)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: becomes another user"))
    func userWhoIsNotRootServesFromTheRuntimeDirectory() throws {
        let nobody = try #require(UserAccount.find("nobody"))
        let folder = try TemporaryFolder()
        try PathHandle(folder.path).setAccess(user: nobody.uid, mode: 0o700)
        let become = ["setpriv", "--reuid", "nobody", "--clear-groups", "--"]
        let daemon = try RunningDaemon(
            ["--backend", "fifo", "--dev-name", shop.name, "--jobs", "4"],
            in: folder,
            before: become
        )
        #expect(daemon.isReady, "\(daemon.log)")
        let status = try FileStatus(ofPath: folder.path(shop.name))
        #expect(status.kind == .pipe)
        #expect(status.user == nobody.uid)
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
        #expect((try? FileStatus(ofPath: folder.path(shop.name))) == nil)
    }

    @Test func endTakesThePipeAway() throws {
        _ = try shop.start()
        shop.daemon?.signal(SIGTERM)
        #expect(try shop.daemon?.waitUntilEnded() == .exited(0))
        #expect((try? FileStatus(ofPath: shop.path)) == nil)
    }
}
