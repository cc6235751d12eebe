import Fuse
import Ledger
import Linux
import SystemPackage
import TestKit
import Testing

/// The life of a session and of its open files.
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

    @Test(arguments: FakeKernel.Kind.allCases)
    func nothingIsServedBeforeTheHandshake(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind, started: false)
        #expect(throws: Errno.ioError) { try device.kernel.open(thread: 1) }
        #expect(device.handler.events.isEmpty)
        #expect(device.kernel.start()?.errno == nil)
        #expect(try device.kernel.open(thread: 1).number == 1)
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
        // O_RDWR, O_LARGEFILE
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

    @Test(arguments: FakeKernel.Kind.allCases)
    func openThatNobodyReceivesIsClosed(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        device.kernel.refuseAnswers()
        #expect(throws: Errno.timedOut) { try device.kernel.open(thread: 5) }
        #expect(device.handler.events == [.opened(1, thread: 5, user: 0, flags: 2), .closed(1)])
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func filesAreClosedEachForItself(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let files = try (1...3).map { try device.kernel.open(thread: $0) }
        device.kernel.release(files[1])
        device.kernel.release(files[0])
        #expect(device.handler.events.suffix(2) == [.closed(files[1].number), .closed(files[0].number)])
        #expect(device.kernel.violations.isEmpty)
    }

    /// The session asks the handler only about its own numbers, whatever numbers the other end makes up.
    @Test(arguments: FakeKernel.Kind.allCases)
    func fileThatIsNotOpenIsEBADF(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        device.kernel.release(file)
        let events = device.handler.events
        let read = device.kernel.read(file, thread: 1, nonblocking: true)
        #expect(device.kernel.reply(to: read)?.errno == .badFileDescriptor)
        #expect(throws: Errno.badFileDescriptor) { try device.kernel.write(file, thread: 1) }
        #expect(throws: Errno.badFileDescriptor) { try device.kernel.poll(file, thread: 1, notify: true) }
        #expect(throws: Errno.badFileDescriptor) {
            try device.kernel.ioctl(file, command: 0x541B, flags: 2, room: 4, thread: 1)
        }
        device.kernel.release(file)
        #expect(device.handler.events == events)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func hangUpEndsTheSession(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        device.kernel.hangUp()
        #expect(device.session.serve() == .ended(nil))
        #expect(device.session.serve() == .ended(nil))
    }

    @Test func oneTurnIsBoundedAndTheNextGoesOn() throws {
        let device = try DeviceFixture(.cuse)
        let file = try device.kernel.open(thread: 1)
        device.kernel.settle = {}
        let reads = (0..<100).map { _ in device.kernel.read(file, thread: 1, nonblocking: true) }
        #expect(device.session.serve() == .idle)
        #expect(reads.count { device.kernel.reply(to: $0) != nil } < 100)
        while device.kernel.reply(to: reads[99]) == nil {
            try #require(device.session.serve() == .idle)
        }
        #expect(reads.allSatisfy { device.kernel.reply(to: $0)?.errno == .resourceTemporarilyUnavailable })
    }

    /// A session that ends closes its descriptor and answers nobody: another session may go on with the same
    /// connection.
    @Test(arguments: FakeKernel.Kind.allCases)
    func endOfASessionAnswersNoWaitingRead(_ kind: FakeKernel.Kind) throws {
        let kernel = try FakeKernel(kind)
        let handler = ScriptedHandler()
        let reads: [UInt64]
        do {
            let session = try DeviceSession(
                kind: kind == .cuse ? .cuse(name: "steve") : .file,
                descriptor: kernel.takeDevice(),
                ledger: ServerLedger(),
                handler: handler
            )
            kernel.settle = { [unowned session] in _ = session.serve() }
            kernel.start()
            let file = try kernel.open(thread: 1)
            _ = try kernel.poll(file, thread: 1, notify: true)
            reads = (0..<3).map { kernel.read(file, thread: $0, nonblocking: false) }
            #expect(handler.parked.count == 3)
        }
        kernel.collect()
        #expect(reads.allSatisfy { kernel.reply(to: $0) == nil })
        #expect(kernel.isHungUp)
    }

    @Test func descriptorThatIsNotOpenIsRefused() {
        let error = #expect(throws: DeviceSessionError.self) {
            _ = try DeviceSession(
                kind: .file,
                descriptor: Descriptor(owning: 1 << 20),
                ledger: ServerLedger(),
                handler: ScriptedHandler()
            )
        }
        #expect(error?.description == "cannot serve requests from descriptor 1048576: Bad file descriptor")
    }

    @Test func nameThatIsTooLongIsRefused() throws {
        let kernel = try FakeKernel(.cuse)
        let name = String(repeating: "s", count: 5000)
        #expect(throws: DeviceSessionError.refused(device: "/dev/" + name)) {
            _ = try DeviceSession(
                kind: .cuse(name: name),
                descriptor: kernel.takeDevice(),
                ledger: ServerLedger(),
                handler: ScriptedHandler()
            )
        }
    }
}
