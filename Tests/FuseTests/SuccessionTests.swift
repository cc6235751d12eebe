import Vocabulary
import Fuse
import Glibc
import Ledger
import Linux
import SystemPackage
import TestKit
import Testing

/// A session that goes on where another session was killed.
@Suite struct SuccessionTests {
    /// A kernel whose successive servers share a descriptor and a ledger.
    fileprivate final class Succession {
        let kernel: FakeKernel
        let ledger: ServerLedger
        private let device: Descriptor
        private let kind: FakeKernel.Kind
        private(set) var handler = ScriptedHandler()
        private(set) var session: DeviceSession

        init(_ kind: FakeKernel.Kind) throws {
            self.kind = kind
            kernel = try FakeKernel(kind)
            device = kernel.takeDevice()
            ledger = try ServerLedger()
            session = try Self.session(kind, device.raw, ledger, handler)
            serve()
            try #require(kernel.start()?.errno == nil)
        }

        private static func session(
            _ kind: FakeKernel.Kind,
            _ raw: CInt,
            _ ledger: ServerLedger,
            _ handler: ScriptedHandler
        ) throws -> DeviceSession {
            try DeviceSession(
                kind: kind == .cuse ? .cuse(name: "steve") : .file,
                descriptor: Descriptor(owning: fcntl(raw, F_DUPFD_CLOEXEC, 0)),
                ledger: ledger,
                handler: handler
            )
        }

        private func serve() { kernel.settle = { [unowned self] in _ = session.serve() } }

        /// Stops serving from now on.
        func stop() { kernel.settle = {} }

        /// Starts another session, with a handler that knows what the first handler knew.
        func succeed(files: [UInt64], adjusting adjust: (ScriptedHandler) -> Void = { _ in }) throws {
            let former = handler
            handler = ScriptedHandler()
            handler.parked = former.parked
            adjust(handler)
            session = try Self.session(kind, device.raw, ledger, handler)
            ledger.recover()
            session.resume(files: files.map { FileID(index: Int32($0)) })
            session.resumeRequest()
            serve()
            kernel.collect()
        }
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func waitingReadsGoOnWaitingUnderTheirNumbers(_ kind: FakeKernel.Kind) throws {
        let device = try Succession(kind)
        let file = try device.kernel.open(thread: 1)
        let reads = (1...3).map { device.kernel.read(file, thread: $0, nonblocking: false) }
        let parked = device.handler.parked
        try device.succeed(files: [file.number])
        #expect(device.session.isReady)
        #expect(device.handler.events.isEmpty)
        // The first is granted, the second interrupted, the third refused at the end.
        #expect(device.session.grant(parked[0], holder: ClientID(index: 0)))
        device.session.settle()
        #expect(device.kernel.reply(to: reads[0])?.isToken == true)
        device.kernel.interrupt(reads[1])
        #expect(device.kernel.reply(to: reads[1])?.errno == .interrupted)
        #expect(device.handler.events == [.interrupted(parked[1])])
        let later = device.kernel.read(file, thread: 4, nonblocking: false)
        #expect(Set(device.handler.parked).count == device.handler.parked.count)
        device.session.fail(parked[2], .ioError)
        device.session.settle()
        #expect(device.kernel.reply(to: reads[2])?.errno == .ioError)
        #expect(device.kernel.reply(to: later) == nil)
        #expect(device.kernel.violations.isEmpty)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func whoPolledIsToldToAskAgain(_ kind: FakeKernel.Kind) throws {
        let device = try Succession(kind)
        let files = try (0..<3).map { _ in try device.kernel.open(thread: 1) }
        _ = try device.kernel.poll(files[0], thread: 1, notify: true)
        _ = try device.kernel.poll(files[1], thread: 1, notify: true)
        device.session.wake(file: FileID(index: Int32(files[1].number)))
        device.session.settle()
        device.kernel.collect()
        let before = device.kernel.notifications.count
        try device.succeed(files: files.map(\.number))
        #expect(device.kernel.notifications.count == before + 1)
        #expect(device.kernel.violations.isEmpty)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func requestThatNobodyDecidedIsDecidedOnce(_ kind: FakeKernel.Kind) throws {
        let device = try Succession(kind)
        let file = try device.kernel.open(thread: 1)
        device.stop()
        let read = device.kernel.read(file, thread: 1, nonblocking: true)
        device.land()
        try device.succeed(files: [file.number]) { $0.tokens = 1 }
        #expect(device.kernel.reply(to: read)?.isToken == true)
        #expect(device.handler.tokens == 0)
        try device.succeed(files: [file.number]) { $0.tokens = 1 }
        #expect(device.handler.events.isEmpty)
        #expect(device.kernel.violations.isEmpty)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func requestThatEndedTwoServersIsAnsweredEIO(_ kind: FakeKernel.Kind) throws {
        let device = try Succession(kind)
        let file = try device.kernel.open(thread: 1)
        device.stop()
        let read = device.kernel.read(file, thread: 1, nonblocking: true)
        device.land()
        device.ledger.noteFault()
        device.ledger.noteFault()
        try device.succeed(files: [file.number]) { $0.tokens = 1 }
        #expect(device.kernel.reply(to: read)?.errno == .ioError)
        #expect(device.handler.events.isEmpty)
        // Only that request was at fault: the session answers the next one as usual.
        let next = device.kernel.read(file, thread: 1, nonblocking: true)
        #expect(device.kernel.reply(to: next)?.isToken == true)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func promisedAnswerIsGivenAgain(_ kind: FakeKernel.Kind) throws {
        let device = try Succession(kind)
        let file = try device.kernel.open(thread: 1)
        let read = device.kernel.read(file, thread: 1, nonblocking: false)
        // The server has decided and promised the answer, and is killed before it writes it.
        #expect(device.session.grant(device.handler.parked[0], holder: ClientID(index: 0)))
        device.ledger.commit()
        try device.succeed(files: [file.number])
        #expect(device.kernel.reply(to: read)?.isToken == true)
        #expect(device.kernel.violations.isEmpty)
    }
}

extension SuccessionTests.Succession {
    /// Reads the next frame like a server that is killed at once.
    fileprivate func land() {
        // Safe: the landing is the ledger's.
        let count = unsafe Glibc.read(session.raw, ledger.landing.baseAddress, ledger.landing.count)
        #expect(count > 0)
    }
}
