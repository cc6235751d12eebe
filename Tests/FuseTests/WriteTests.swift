import Vocabulary
import Fuse
import SystemPackage
import TestKit
import Testing

/// Writing: write-never-fails, and what the session tells the handler about a write.
@Suite struct WriteTests {
    @Test(arguments: FakeKernel.Kind.allCases, [1, 5, 4096])
    func writeIsAcknowledgedInFullWhateverTheBytesAre(_ kind: FakeKernel.Kind, count: Int) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        var random = SeededGenerator(seed: 7)
        let data = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(try device.kernel.write(file, data, thread: 3) == UInt32(count))
        #expect(device.handler.events.last == .wrote(count, file: file.number, thread: 3))
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func writtenTokenCanBeGrantedFromWithinTheWrite(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        let read = device.kernel.read(file, thread: 1, nonblocking: false)
        device.handler.onWrite = { [handler = device.handler, session = device.session] in
            handler.tokens -= 1
            #expect(session.grant(handler.parked.removeFirst(), holder: ClientID(index: 0)))
        }
        #expect(try device.kernel.write(file, thread: 2) == 1)
        #expect(device.kernel.reply(to: read)?.isToken == true)
        #expect(device.kernel.violations.isEmpty)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func writeOfAClientThatIsGoneStillCounts(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        device.kernel.refuseAnswers()
        #expect(throws: Errno.timedOut) { try device.kernel.write(file, thread: 3) }
        #expect(device.handler.events.last == .wrote(1, file: file.number, thread: 3))
    }
}
