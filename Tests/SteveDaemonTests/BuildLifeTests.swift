import Vocabulary
import Glibc
import Linux
import Scenarios
import TestKit
import Testing

@testable import Jobserver
@testable import SteveDaemon

/// The daemon forgets a build after its last process and its last open file, whichever goes last.
@Suite(.serialized) struct BuildLifeTests {
    private let device: PlayedDevice
    private let stage: Stage
    private let server: DeviceServer

    init() throws {
        device = try PlayedDevice()
        stage = try Stage(device)
        server = try #require(device.daemon.server as? DeviceServer)
    }

    @Test func withTheFileThatOutlivesItsProcess() throws {
        let player = try stage.player()
        let child = try stage.child(of: player)
        try stage.kill(player)
        #expect(server.pool.accounts.builds.count == 1, "the child has the file, and was never seen")
        try stage.kill(child)
        #expect(server.pool.accounts.builds.count == 0)
    }

    @Test func withTheFileOfAnUnseenClient() throws {
        let file = try device.kernel.open(thread: 0)
        #expect(server.pool.accounts.builds.count == 1)
        device.kernel.release(file)
        #expect(server.pool.accounts.builds.count == 0)
    }

    @Test func withTheFileThatAnUnseenClientShares() throws {
        let player = try stage.player()
        let file = try device.kernel.open(thread: player.client.pid)
        #expect(try device.kernel.write(file, thread: 0) == 1)
        #expect(server.pool.accounts.builds.count == 2)
        try stage.kill(player)
        device.kernel.release(file)
        #expect(server.pool.accounts.builds.count == 0)
    }

    @Test func withAWrapperThatEndsBeforeItsSlotIsFree() throws {
        let holder = try stage.player()
        try stage.take(4, by: holder)
        let wrapper = try Program(["sleep", "60"]).start()
        let process = try #require(server.process(ProcessID(wrapper)))
        #expect(!server.charge(process))
        #expect(process.waitsForSlot)
        Glibc.kill(wrapper, SIGKILL)
        _ = try waitForEnd(wrapper)
        try stage.eventually("its end is seen") { () throws(ScenarioFailure) in process.slot == nil }
        #expect(server.pool.accounts.entries.files.count == 1, "the holder's")
        try stage.finish()
        #expect(server.pool.accounts.builds.count == 0)
        #expect(device.violations.isEmpty)
    }
}
