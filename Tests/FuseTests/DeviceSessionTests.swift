import Fuse
import SystemPackage
import TestKit
import Testing

/// The device contract as far as the session keeps it, for both kinds.
@Suite struct DeviceSessionTests {
    @Test(arguments: FakeKernel.Kind.allCases)
    func isReadyAfterTheHandshake(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind, started: false)
        #expect(!device.session.isReady)
        let reply = try #require(device.kernel.start())
        #expect(reply.errno == nil)
        #expect(device.session.isReady)
        #expect(device.session.serve() == .idle)
    }

    @Test func handshakeNamesTheDeviceAndAsksForUnrestrictedIoctls() throws {
        let device = try DeviceFixture(.cuse, started: false)
        let body = try #require(device.kernel.start()).body
        #expect(body.integer(UInt32.self, at: 12) == 1)
        #expect(Array(body.dropFirst(72)) == Array("DEVNAME=steve\0".utf8))
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func openTellsWhoAndHow(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(flags: 0x8002, thread: 77, user: 1000)
        #expect(device.handler.events == [.opened(file.number, thread: 77, user: 1000, flags: 0x8002)])
        // DIRECT_IO, NONSEEKABLE, STREAM
        #expect(file.openFlags == 1 | 1 << 2 | 1 << 4)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func refusedOpenGetsItsErrno(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        device.handler.refusal = .tooManyOpenFiles
        #expect(throws: Errno.tooManyOpenFiles) { try device.kernel.open(thread: 1) }
    }

    @Test(arguments: FakeKernel.Kind.allCases, [1, 8, 131_072] as [UInt32])
    func readOfAnySizeGetsOneToken(_ kind: FakeKernel.Kind, size: UInt32) throws {
        let device = try DeviceFixture(kind)
        device.handler.tokens = 5
        let file = try device.kernel.open(thread: 1)
        let read = device.kernel.read(file, thread: 1, nonblocking: false, size: size, offset: 4711)
        #expect(try #require(device.kernel.reply(to: read)).isToken)
        #expect(device.handler.tokens == 4)
    }
}
