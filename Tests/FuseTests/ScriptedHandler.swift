import Vocabulary
import Fuse
import SystemPackage

/// A handler with a plain counter of tokens, that writes down what it was told.
final class ScriptedHandler: DeviceHandler {
    enum Event: Equatable {
        case opened(UInt64, thread: Int32, user: UInt32, flags: Int32)
        case read(file: UInt64, thread: Int32, nonblocking: Bool)
        case undelivered(file: UInt64, holder: Int32)
        case interrupted(UInt64)
        case wrote(Int, file: UInt64, thread: Int32)
        case polled(file: UInt64, thread: Int32, willWait: Bool)
        case closed(UInt64)
    }

    var tokens = 0
    var refusal: Errno?
    /// The numbers of the reads that wait, oldest first.
    var parked: [UInt64] = []
    /// The files that were polled with a wish to be told.
    private(set) var pollers: Set<UInt64> = []
    private(set) var events: [Event] = []
    /// Runs when a write has been counted.
    var onWrite: () -> Void = {}
    private var lastFile: UInt64 = 0

    func opened(by thread: Int32, user: UInt32, flags: Int32) throws(Errno) -> UInt64 {
        if let refusal { throw refusal }
        lastFile += 1
        events.append(.opened(lastFile, thread: thread, user: user, flags: flags))
        return lastFile
    }

    func read(_ request: UInt64, file: UInt64, by thread: Int32, nonblocking: Bool) -> ReadAnswer {
        events.append(.read(file: file, thread: thread, nonblocking: nonblocking))
        if tokens > 0 {
            tokens -= 1
            return .granted(to: Self.account(of: thread))
        }
        if nonblocking { return .wouldBlock }
        parked.append(request)
        return .parked
    }

    func tokenUndelivered(file: UInt64, to holder: Int32) {
        tokens += 1
        events.append(.undelivered(file: file, holder: holder))
    }

    /// Whom a token is charged to that this thread reads.
    static func account(of thread: Int32) -> Int32 { thread + 1_000 }

    func interrupted(_ request: UInt64) {
        parked.removeAll { $0 == request }
        events.append(.interrupted(request))
    }

    func wrote(_ count: Int, file: UInt64, by thread: Int32) {
        tokens += count
        events.append(.wrote(count, file: file, thread: thread))
        onWrite()
    }

    func polled(file: UInt64, by thread: Int32, willWait: Bool) -> Bool {
        if willWait { pollers.insert(file) }
        events.append(.polled(file: file, thread: thread, willWait: willWait))
        return tokens > 0
    }

    func available(file: UInt64, by thread: Int32) -> Int { tokens }

    func closed(file: UInt64) { events.append(.closed(file)) }

    func store() {}
}
