import Vocabulary
import Fuse
import Ledger
import SystemPackage
import TestKit

/// Feeds a session frames made of libFuzzer's bytes; afterwards the session must still serve.
///
/// The bytes are a list of frames, each after its length. In frames of even length the header has that length
/// too, so that most of them pass the first check. The first byte chooses the kind of device.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDevice(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Safe: libFuzzer lends the bytes for the call.
    var input = unsafe Array(UnsafeBufferPointer(start: start, count: count))[...]
    guard let first = input.popFirst() else { return 0 }
    do {
        let device = try FuzzedDevice(first % 2 == 0 ? .cuse : .file)
        while let length = input.popFirst(), !input.isEmpty {
            let frame = input.prefix(Int(max(1, length)))
            input = input.dropFirst(frame.count)
            device.send(Array(frame))
        }
        device.checkThatItServes()
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}

/// A session after its handshake, with a fake kernel that sends whatever it is told.
private final class FuzzedDevice {
    private let kernel: FakeKernel
    private let handler = CarelessHandler()
    private let session: DeviceSession
    private var sent = 0

    init(_ kind: FakeKernel.Kind) throws {
        kernel = try FakeKernel(kind)
        session = try DeviceSession(
            kind: kind == .cuse ? .cuse(name: "fuzz") : .file,
            descriptor: kernel.takeDevice(),
            ledger: ServerLedger(),
            handler: handler
        )
        kernel.settle = { [session] in precondition(session.serve() == .idle) }
        kernel.start()
        _ = try kernel.open(thread: 1)
    }

    func send(_ frame: [UInt8]) {
        sent += 1
        var frame = frame
        if frame.count >= 4, frame.count % 2 == 0 {
            for index in 0..<4 { frame[index] = UInt8(truncatingIfNeeded: frame.count >> (8 * index)) }
        }
        kernel.send(frame)
        kernel.forgetViolations()
        // Every third waiting read is granted outside of any request.
        if handler.parked.count >= 3 {
            _ = session.grant(handler.parked.removeFirst(), holder: ClientID(index: 0))
        }
        session.wake(file: FileID(index: 1))
        session.settle()
    }

    /// Each frame that was sent may spoil one attempt, and no more.
    ///
    /// A frame may have the number of a later request, which a real kernel's never has: an INTERRUPT that
    /// matches nothing is answered EAGAIN under its own number.
    func checkThatItServes() {
        for _ in 0...sent {
            guard let file = try? kernel.open(thread: 2) else { continue }
            handler.tokens = 1
            let read = kernel.read(file, thread: 2, nonblocking: true)
            if kernel.reply(to: read)?.isToken == true { return }
        }
        preconditionFailure("no read got a token")
    }
}

/// A handler that gives what it has, and does not note who asked.
private final class CarelessHandler: DeviceHandler {
    var tokens = 0
    var parked: [RequestID] = []
    private var lastFile: Int32 = 0

    func opened(by thread: ThreadID, user: UInt32, flags: Int32) throws(Errno) -> FileID {
        lastFile += 1
        return FileID(index: lastFile)
    }

    func read(_ request: RequestID, file: FileID, by thread: ThreadID, nonblocking: Bool) -> ReadAnswer {
        if tokens > 0 {
            tokens -= 1
            return .granted(to: ClientID(index: 0))
        }
        guard !nonblocking else { return .wouldBlock }
        parked.append(request)
        return .parked
    }

    func tokenUndelivered(file: FileID, to holder: ClientID) { tokens += 1 }

    func interrupted(_ request: RequestID) { parked.removeAll { $0 == request } }

    func wrote(_ count: Int, file: FileID, by thread: ThreadID) { tokens = min(4, tokens + count) }

    func polled(file: FileID, by thread: ThreadID, willWait: Bool) -> Bool { tokens > 0 }

    func available(file: FileID, by thread: ThreadID) -> Int { tokens }

    func closed(file: FileID) {}

    func store() {}
}
