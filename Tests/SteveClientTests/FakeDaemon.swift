internal import Dispatch
internal import Linux
internal import SystemPackage
internal import TestKit

@testable import Wire

/// A control socket, in a thread of its own, that answers as the test says.
final class FakeDaemon {
    private let folder: TemporaryFolder

    /// Listens for one client; `answer` gets each line and returns the lines to send, or nil to hang up.
    ///
    /// Before that it hangs up on so many connections, like servers that are killed before they answer.
    init(
        dying: Int = 0,
        greeting: [UInt8]? = ControlCoding.line(ControlGreeting(path: "/dev/steve", backend: .fifo)),
        answer: @escaping @Sendable (ControlRequest) -> [[UInt8]]? = {
            [ControlCoding.line(ControlReply.done($0.id))]
        }
    ) throws {
        folder = try TemporaryFolder()
        let listener = try UnixListener(path: folder.path("steve.sock"), mode: 0o600)
        let server = Server(listener)
        DispatchQueue(label: "fake daemon").async { server.serve(dying, greeting, answer) }
    }

    /// The variables with which a client finds it.
    var environment: [String: String] { ["STEVE_RUNTIME_DIR": folder.path] }
}

private final class Server: Sendable {
    private let listener: UnixListener

    init(_ listener: consuming UnixListener) { self.listener = listener }

    func serve(_ dying: Int, _ greeting: [UInt8]?, _ answer: (ControlRequest) -> [[UInt8]]?) {
        guard let loop = try? EventLoop(), (try? loop.watch(listener.raw, key: 0)) != nil else { return }
        let deadline = MonotonicClock.nowNanoseconds + 20_000_000_000
        for _ in 0..<dying {
            guard loop.wait(until: deadline) > 0, (try? listener.accept()) != nil else { return }
        }
        guard loop.wait(until: deadline) > 0, let stream = try? listener.accept() else { return }
        if let greeting { guard (try? stream.write(greeting[...])) != nil else { return } }
        var lines = LineBuffer(limit: ControlRequest.lineLimit)
        try? loop.watch(stream.raw, key: 1)
        defer { loop.unwatch(stream.raw) }
        while MonotonicClock.nowNanoseconds < deadline {
            _ = loop.wait(until: deadline)
            var bytes: [UInt8] = []
            guard let count = try? stream.read(into: &bytes), count > 0 else { return }
            lines.append(bytes)
            while let line = try? lines.next() {
                guard let request = try? ControlCoding.request(from: line), let replies = answer(request)
                else { return }
                for reply in replies { _ = try? stream.write(reply[...]) }
            }
        }
    }
}
