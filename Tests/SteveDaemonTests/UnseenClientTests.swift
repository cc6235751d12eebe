import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

/// Clients outside of the daemon's PID namespace, whose thread the kernel cannot name: the daemon charges
/// their open file.
@Suite(.serialized) struct UnseenClientTests {
    private let device: PlayedDevice
    private let stage: Stage

    init() throws {
        device = try PlayedDevice()
        stage = try Stage(device)
    }

    private func take(_ file: FakeKernel.File) throws {
        let read = device.kernel.read(file, thread: 0, nonblocking: true)
        #expect(device.kernel.reply(to: read)?.isToken == true)
    }

    @Test func tokensAreHeldByTheFileAndComeBackWithIt() throws {
        let (one, other) = (try device.kernel.open(thread: 0), try device.kernel.open(thread: 0))
        try take(one)
        try take(one)
        try take(other)
        try stage.awaitFree(1, "three are held by two files")
        #expect(try device.kernel.write(one, thread: 0) == 1)
        try stage.awaitFree(2, "one is written back")
        device.kernel.release(one)
        try stage.awaitFree(3, "the file is closed")
        device.kernel.release(other)
        try stage.awaitFree(4, "both are")
        #expect(device.violations.isEmpty)
    }

    /// make and cargo write through another file than the one from which they read.
    @Test func whatIsWrittenThroughAnotherFileComesBackFromThatOfTheSameUser() throws {
        let (reading, writing) = (
            try device.kernel.open(thread: 0, user: 7), try device.kernel.open(thread: 0, user: 7)
        )
        let stranger = try device.kernel.open(thread: 0, user: 8)
        for _ in 0..<6 {
            try take(reading)
            try take(reading)
            #expect(try device.kernel.write(writing, [0x2B, 0x2B], thread: 0) == 2)
        }
        try stage.awaitFree(4, "all are written back")
        try take(reading)
        #expect(try device.kernel.write(stranger, thread: 0) == 1)
        #expect(try stage.status().held == 1, "another user's")
        #expect(try stage.status().lent == 0, "nor lent: whoever cannot be seen has no slot to lend")
        for file in [reading, writing, stranger] { device.kernel.release(file) }
        try stage.finish()
        #expect(device.violations.isEmpty)
    }

    @Test func statusCountsThemWithoutAPid() throws {
        let file = try device.kernel.open(thread: 0)
        try take(file)
        #expect(try stage.status().holders.map(\.pid) == [0])
        device.kernel.release(file)
        try stage.finish()
    }

    @Test func theyWaitInTheSameQueue() throws {
        let holder = try stage.player()
        try stage.take(4, by: holder)
        let file = try device.kernel.open(thread: 0)
        let read = device.kernel.read(file, thread: 0, nonblocking: false)
        #expect(device.kernel.reply(to: read) == nil)
        try stage.kill(holder)
        try eventually {
            device.rest(.milliseconds(1))
            return device.kernel.reply(to: read)?.isToken == true
        }
        device.kernel.release(file)
        try stage.finish()
    }
}
