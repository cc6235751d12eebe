import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

@testable import SteveDaemon

/// Tokens whose reader has gone before the answer comes: the kernel refuses the answer.
@Suite(.serialized) struct UndeliveredTokenTests {
    private let device: PlayedDevice
    private let stage: Stage

    init() throws {
        device = try PlayedDevice()
        stage = try Stage(device)
    }

    @Test func aTokenThatNobodyGotIsFree() throws {
        let file = try device.kernel.open(thread: 0)
        device.kernel.refuseAnswers()
        _ = device.kernel.read(file, thread: 0, nonblocking: true)
        #expect(device.daemon.server.free == 4)
    }

    @Test func soIsOneForAReadThatWaited() throws {
        let holder = try stage.player()
        try stage.take(4, by: holder)
        let file = try device.kernel.open(thread: 0)
        let read = device.kernel.read(file, thread: 0, nonblocking: false)
        #expect(device.kernel.reply(to: read) == nil)
        device.kernel.refuseAnswers()
        var more = Settings(cpus: 5)
        more.jobs = 5
        device.daemon.server.change(to: more)
        #expect(device.daemon.server.free == 1)
    }
}
