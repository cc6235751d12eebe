import CAllocations
import Fuse
import Ledger
import SystemPackage
import TestKit

/// A session that is measured: allocations count while it serves, not while the fake kernel works.
final class Bench {
    private let kernel: FakeKernel
    private let session: DeviceSession
    private let handler: TokenCounter
    private let file: FakeKernel.File
    private var allocations = 0

    init(_ kind: FakeKernel.Kind) throws {
        kernel = try FakeKernel(kind)
        handler = TokenCounter()
        session = try DeviceSession(
            kind: kind == .cuse ? .cuse(name: "probe") : .file,
            descriptor: kernel.takeDevice(),
            ledger: ServerLedger(),
            handler: handler
        )
        handler.session = session
        kernel.settle = { [session] in _ = session.serve() }
        kernel.start()
        file = try kernel.open(thread: 1)
        kernel.settle = { [unowned self] in measure() }
    }

    /// Runs that many rounds; returns their allocations.
    @discardableResult
    func run(_ exchange: Exchange, times: Int) throws -> Int {
        allocations = 0
        for _ in 0..<times { try run(exchange) }
        guard kernel.violations.isEmpty else {
            throw Disorder(what: kernel.violations.joined(separator: "; "))
        }
        return allocations
    }

    private func measure() {
        let before = callocations_count()
        let outcome = session.serve()
        allocations += Int(callocations_count() - before)
        precondition(outcome == .idle)
    }

    private func run(_ exchange: Exchange) throws {
        switch exchange {
        case .pair:
            handler.tokens = 1
            try expect(read(nonblocking: true), "token") { $0.isToken }
            _ = try kernel.write(file, thread: 2)
            handler.tokens = 0
        case .refusal:
            try expect(read(nonblocking: true), "EAGAIN") { $0.errno == .resourceTemporarilyUnavailable }
        case .waiting:
            let waiting = read(nonblocking: false)
            _ = try kernel.write(file, thread: 2)
            try expect(waiting, "token") { $0.isToken }
        case .interrupt:
            let waiting = read(nonblocking: false)
            kernel.interrupt(waiting)
            try expect(waiting, "EINTR") { $0.errno == .interrupted }
        case .poll:
            guard try kernel.poll(file, thread: 1, notify: true) == [.writable] else {
                throw Disorder(what: "ready")
            }
            _ = try kernel.write(file, thread: 2)
            try expect(read(nonblocking: true), "token") { $0.isToken }
        case .reopening:
            kernel.release(try kernel.open(thread: 3))
        }
        kernel.forgetReplies()
    }

    private func read(nonblocking: Bool) -> UInt64 {
        kernel.read(file, thread: 1, nonblocking: nonblocking)
    }

    private func expect(
        _ unique: UInt64,
        _ what: String,
        _ isRight: (FakeKernel.Reply) -> Bool
    ) throws {
        guard let reply = kernel.reply(to: unique), isRight(reply) else { throw Disorder(what: "no \(what)") }
    }
}

/// An event that makes the count worthless.
struct Disorder: Error {
    let what: String
}
