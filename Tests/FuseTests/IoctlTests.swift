import Fuse
import SystemPackage
import TestKit
import Testing

/// FIONREAD by the retry protocol of unrestricted ioctls; everything else is refused.
@Suite struct IoctlTests {
    @Test(arguments: [0, 3, Int(Int32.max) + 1])
    func deviceCountsItsTokens(_ tokens: Int) throws {
        let device = try DeviceFixture(.cuse)
        device.handler.tokens = tokens
        let file = try device.kernel.open(thread: 1)
        #expect(try device.kernel.available(file, thread: 1) == Int32(clamping: tokens))
    }

    /// The kernel answers FIONREAD on a regular file itself; if it did ask us, it would give no room for the
    /// answer.
    @Test func fileHasNoFIONREAD() throws {
        let device = try DeviceFixture(.file)
        let file = try device.kernel.open(thread: 1)
        #expect(throws: Errno.inappropriateIOCTLForDevice) {
            try device.kernel.ioctl(file, command: 0x541B, thread: 1)
        }
    }

    /// TCGETS as isatty(3) sends it, TIOCSTI, FIONBIO, and one that carries a size in its number.
    @Test(arguments: FakeKernel.Kind.allCases, [0x5401, 0x5412, 0x5421, 0x8004_4567] as [UInt32])
    func unknownCommandIsENOTTY(_ kind: FakeKernel.Kind, command: UInt32) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        for room in [0, 4] as [UInt32] {
            #expect(throws: Errno.inappropriateIOCTLForDevice) {
                try device.kernel.ioctl(file, command: command, flags: 2, room: room, thread: 1)
            }
        }
    }
}
