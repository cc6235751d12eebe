import Fuse
import SystemPackage
import TestKit
import Testing

/// Reading: one-token, flags-per-request, nonblocking, blocking, interruptible, interrupt-once, many-reads.
@Suite struct ReadTests {
    @Test(arguments: FakeKernel.Kind.allCases, [1, 8, 131_072] as [UInt32])
    func readOfAnySizeGetsOneToken(_ kind: FakeKernel.Kind, size: UInt32) throws {
        let device = try DeviceFixture(kind)
        device.handler.tokens = 5
        let file = try device.kernel.open(thread: 1)
        let read = device.kernel.read(file, thread: 1, nonblocking: false, size: size, offset: 4711)
        #expect(try #require(device.kernel.reply(to: read)).isToken)
        #expect(device.handler.tokens == 4)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func readOfNothingTakesNoToken(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        device.handler.tokens = 1
        let file = try device.kernel.open(thread: 1)
        let read = device.kernel.read(file, thread: 1, nonblocking: false, size: 0)
        let reply = try #require(device.kernel.reply(to: read))
        #expect(reply.errno == nil && reply.body.isEmpty)
        #expect(device.handler.tokens == 1)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func nonblockingIsTakenFromEachRead(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        let nonblocking = device.kernel.read(file, thread: 1, nonblocking: true)
        #expect(device.kernel.reply(to: nonblocking)?.errno == .resourceTemporarilyUnavailable)
        let blocking = device.kernel.read(file, thread: 2, nonblocking: false)
        #expect(device.kernel.reply(to: blocking) == nil)
        #expect(
            device.handler.events.suffix(2) == [
                .read(file: file.number, thread: 1, nonblocking: true),
                .read(file: file.number, thread: 2, nonblocking: false),
            ]
        )
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func parkedReadsAreGrantedInAnyOrderAndOnce(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        let reads = (1...3).map { device.kernel.read(file, thread: $0, nonblocking: false) }
        let parked = device.handler.parked
        #expect(Set(parked).count == 3)
        for index in [1, 0, 2] {
            #expect(device.kernel.reply(to: reads[index]) == nil)
            #expect(device.grant(parked[index]))
            #expect(device.kernel.reply(to: reads[index])?.isToken == true)
            #expect(!device.grant(parked[index]))
            device.fail(parked[index], .ioError)
        }
        device.kernel.collect()
        #expect(device.kernel.violations.isEmpty)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func numberOfAnAnsweredReadNeverMeansALaterOne(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        let first = device.kernel.read(file, thread: 1, nonblocking: false)
        let old = device.handler.parked[0]
        device.fail(old, .ioError)
        #expect(device.kernel.reply(to: first)?.errno == .ioError)
        let second = device.kernel.read(file, thread: 1, nonblocking: false)
        #expect(!device.grant(old))
        #expect(device.kernel.reply(to: second) == nil)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func interruptedReadGetsEINTROnceAndIsGrantedNothing(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        let read = device.kernel.read(file, thread: 1, nonblocking: false)
        let parked = device.handler.parked[0]
        device.kernel.interrupt(read)
        #expect(device.kernel.reply(to: read)?.errno == .interrupted)
        #expect(device.handler.events.last == .interrupted(parked))
        #expect(!device.grant(parked))
        device.kernel.interrupt(read)
        device.kernel.collect()
        #expect(device.handler.events.count { $0 == .interrupted(parked) } == 1)
        #expect(device.kernel.violations.isEmpty)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func onlyTheInterruptedReadEnds(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        let reads = (1...3).map { device.kernel.read(file, thread: $0, nonblocking: false) }
        let parked = device.handler.parked
        device.kernel.interrupt(reads[1])
        #expect(device.handler.parked == [parked[0], parked[2]])
        #expect(device.grant(parked[0]))
        #expect(device.grant(parked[2]))
        #expect(device.kernel.reply(to: reads[0])?.isToken == true)
        #expect(device.kernel.reply(to: reads[2])?.isToken == true)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func interruptBeforeItsReadEndsItWhenItWouldWait(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        device.kernel.interrupt(device.kernel.upcomingUnique)
        let read = device.kernel.read(file, thread: 1, nonblocking: false)
        #expect(device.kernel.reply(to: read)?.errno == .interrupted)
        #expect(device.handler.parked.isEmpty)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func nonblockingReadNeverGetsEINTR(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        device.kernel.interrupt(device.kernel.upcomingUnique)
        let read = device.kernel.read(file, thread: 1, nonblocking: true)
        #expect(device.kernel.reply(to: read)?.errno == .resourceTemporarilyUnavailable)
        // The kernel may have sent the interrupt before it had our answer.
        device.kernel.interrupt(read)
        device.kernel.collect()
        #expect(device.kernel.violations.isEmpty)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func grantedTokenThatIsNotDeliveredIsReported(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        _ = device.kernel.read(file, thread: 1, nonblocking: false)
        device.kernel.refuseAnswers()
        #expect(device.grant(device.handler.parked[0]))
        #expect(device.handler.events.last == .undelivered(file: file.number, holder: 0))

        device.handler.tokens = 1
        _ = device.kernel.read(file, thread: 9, nonblocking: true)
        #expect(
            device.handler.events.last
                == .undelivered(file: file.number, holder: ScriptedHandler.account(of: 9))
        )
        #expect(device.handler.tokens == 1)
    }
}
