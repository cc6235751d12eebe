import Fuse
import SystemPackage
import TestKit
import Testing

/// The session refuses or ignores frames that no kernel sends, and goes on.
@Suite struct FrameTests {
    @Test(arguments: FakeKernel.Kind.allCases, FakeKernelFrame.Operation.allCases)
    func truncatedRequestsAreRefusedOrIgnored(
        _ kind: FakeKernel.Kind,
        operation: FakeKernelFrame.Operation
    ) throws {
        let device = try DeviceFixture(kind)
        var frame = FakeKernelFrame(operation.rawValue, unique: 1 << 20)
        frame.append(contentsOf: [UInt8](repeating: 0xFF, count: 100))
        for length in 1..<frame.bytes.count {
            // First the cut frame with its original length in the header, then with a header that states the
            // cut length.
            device.kernel.send(Array(frame.bytes.prefix(length)))
            device.kernel.send([UInt8(length), 0, 0, 0] + frame.bytes.prefix(length).dropFirst(4))
        }
        device.kernel.forgetViolations()
        #expect(!device.handler.events.contains { if case .wrote = $0 { true } else { false } })
        try stillServes(device)
    }

    @Test func writeThatAnnouncesMoreThanItCarriesIsRefused() throws {
        let device = try DeviceFixture(.cuse)
        let file = try device.kernel.open(thread: 1)
        let unique = device.kernel.request(.write, thread: 1) { frame in
            frame.append(file.number)
            frame.append(UInt64(0))
            frame.append(UInt32.max)
            frame.append(contentsOf: [UInt8](repeating: 0, count: 20))
            frame.append(UInt8(ascii: "+"))
        }
        #expect(device.kernel.reply(to: unique)?.errno == .ioError)
        #expect(device.handler.tokens == 0)
        try stillServes(device)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func unknownOperationsAreENOSYS(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let unique = device.kernel.request(.extendedAttribute) { $0.append(UInt64(0)) }
        #expect(device.kernel.reply(to: unique)?.errno == .noFunction)
        let reply = device.kernel.request(.notifyReply) { $0.append(UInt64(0)) }
        #expect(device.kernel.reply(to: reply)?.errno == .noFunction)
        try stillServes(device)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func forgettingNeedsNoAnswer(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let one = device.kernel.request(.forget) { $0.append(UInt64(1)) }
        let many = device.kernel.request(.forgetMany) { $0.append(UInt64.max) }
        #expect(device.kernel.reply(to: one) == nil)
        #expect(device.kernel.reply(to: many) == nil)
        try stillServes(device)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func secondHandshakeIsRefused(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        #expect(device.kernel.start()?.errno == .ioError)
        try stillServes(device)
    }

    @Test(arguments: FakeKernel.Kind.allCases, 0..<8)
    func randomFramesNeverEndTheSession(_ kind: FakeKernel.Kind, seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let device = try DeviceFixture(kind)
        device.handler.tokens = 100
        for _ in 0..<2000 {
            device.kernel.send(FrameSoup.frame(using: &random))
            device.kernel.forgetViolations()
            if let number = device.handler.parked.randomElement(using: &random), Bool.random(using: &random) {
                device.handler.parked.removeAll { $0 == number }
                #expect(device.grant(number), "seed \(seed)")
            }
            device.wake(file: UInt64.random(in: 0...4, using: &random))
        }
        try stillServes(device)
    }

    private func stillServes(_ device: DeviceFixture) throws {
        device.handler.tokens = 1
        let file = try device.kernel.open(thread: 42)
        let read = device.kernel.read(file, thread: 42, nonblocking: true)
        #expect(try #require(device.kernel.reply(to: read)).isToken)
    }
}
