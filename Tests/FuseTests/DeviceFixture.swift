import Vocabulary
import Fuse
import Ledger
import SystemPackage
import Testing
import TestKit

/// A session with a scripted handler, connected to a fake kernel that has shaken hands.
struct DeviceFixture {
    let kernel: FakeKernel
    let handler = ScriptedHandler()
    let session: DeviceSession

    init(_ kind: FakeKernel.Kind, started: Bool = true) throws {
        let kernel = try FakeKernel(kind)
        let session = try DeviceSession(
            kind: kind == .cuse ? .cuse(name: "steve") : .file,
            descriptor: kernel.takeDevice(),
            ledger: ServerLedger(),
            handler: handler
        )
        kernel.settle = { _ = session.serve() }
        self.kernel = kernel
        self.session = session
        if started {
            try #require(kernel.start()?.errno == nil)
        }
    }

    // What a session's owner does outside of any request.

    func grant(_ request: RequestID) -> Bool {
        defer { session.settle() }
        return session.grant(request, holder: ClientID(index: 0))
    }

    func fail(_ request: RequestID, _ errno: Errno) {
        session.fail(request, errno)
        session.settle()
    }

    func wake(file: UInt64) {
        session.wake(file: FileID(index: Int32(file)))
        session.settle()
    }
}
