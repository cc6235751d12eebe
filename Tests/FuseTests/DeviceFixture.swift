import Fuse
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
            handler: handler
        )
        kernel.settle = { _ = session.serve() }
        self.kernel = kernel
        self.session = session
        if started {
            try #require(kernel.start()?.errno == nil)
        }
    }
}
