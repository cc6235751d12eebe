import Vocabulary
import Fuse
import Glibc
import Ledger
import Linux
import SystemPackage
import TestKit
import Testing

/// A session that serves one file through the real kernel, with a scripted handler that grants the tokens
/// that clients write.
final class MountedFile {
    let path: String
    let handler = ScriptedHandler()
    private(set) var session: DeviceSession?
    private var clients: [CInt] = []
    private let folder: TemporaryFolder

    /// Why this machine cannot mount the file; nil when it can.
    static var obstacle: String? {
        if getuid() != 0 { return "only root may mount" }
        // Safe: the text is lent for the call.
        if unsafe access("/dev/fuse", R_OK | W_OK) != 0 { return "there is no usable /dev/fuse" }
        return nil
    }

    init() throws {
        folder = try TemporaryFolder("steve-fuse")
        path = try folder.write("", to: "file")
        let kernel = try FileDescriptor.open(FilePath("/dev/fuse"), .readWrite, options: [.closeOnExec])
        let descriptor = Descriptor(owning: kernel.rawValue)
        try FuseMount.mount(at: path, descriptor: descriptor.raw, isRegularFile: true)
        session = try DeviceSession(
            kind: .file,
            descriptor: descriptor,
            ledger: ServerLedger(),
            handler: handler
        )
        handler.onWrite = { [unowned self] in passOn() }
    }

    // The session ends first: that releases clients which still wait, and the calls below then send no
    // request that nobody would serve.
    deinit {
        session = nil
        for client in clients { close(client) }
        try? FuseMount.unmount(path)
    }

    /// Opens the file for a client; the file is closed at the end.
    func open(_ flags: CInt) throws -> CInt {
        let client = try perform { [path] in openOnce(path, flags) }
        try #require(client >= 0)
        clients.append(client)
        return client
    }

    /// Serves until the client's work is done, and gives its result.
    func perform<Value: Sendable>(_ work: @escaping @Sendable () -> Value) throws -> Value {
        let client = ClientThread(work)
        try serve(until: { client.value != nil })
        return try #require(client.value)
    }

    /// Serves until `done`; more than ten seconds are a hang.
    func serve(until done: () -> Bool) throws {
        let end = MonotonicClock.nowNanoseconds + 10_000_000_000
        while !done() {
            try #require(MonotonicClock.nowNanoseconds < end, "the client hangs")
            var wanted = pollfd(fd: session?.raw ?? -1, events: Int16(POLLIN), revents: 0)
            // Safe: the structure lives on this stack frame.
            unsafe poll(&wanted, 1, 5)
            try #require(session?.serve() == .idle)
        }
    }

    /// Serves for a while, in which something forbidden might happen.
    func serve(milliseconds: Int64) throws {
        let end = MonotonicClock.nowNanoseconds + milliseconds * 1_000_000
        try serve(until: { MonotonicClock.nowNanoseconds > end })
    }

    /// Grants the tokens to the waiting reads, oldest first, and wakes the pollers if a token is left.
    private func passOn() {
        while handler.tokens > 0, !handler.parked.isEmpty {
            handler.tokens -= 1
            if session?.grant(handler.parked.removeFirst(), holder: ClientID(index: 0)) != true {
                handler.tokens += 1
            }
        }
        guard handler.tokens > 0 else { return }
        for file in handler.pollers { session?.wake(file: file) }
    }
}
