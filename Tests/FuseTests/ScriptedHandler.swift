import Vocabulary
import Fuse
import SystemPackage

/// A handler with a plain counter of tokens that records its calls.
final class ScriptedHandler: DeviceHandler {
    enum Event: Equatable {
        case opened(UInt64, thread: Int32, user: UInt32, flags: Int32)
        case read(file: UInt64, thread: Int32, nonblocking: Bool)
        case undelivered(file: UInt64, holder: Int32)
        case interrupted(RequestID)
        case wrote(Int, file: UInt64, thread: Int32)
        case polled(file: UInt64, thread: Int32, willWait: Bool)
        case closed(UInt64)
    }

    var tokens = 0
    var refusal: Errno?
    /// The numbers of the waiting reads, oldest first.
    var parked: [RequestID] = []
    /// The files of the polls that asked for a notification.
    private(set) var pollers: Set<FileID> = []
    private(set) var events: [Event] = []
    /// Runs after each write has been counted.
    var onWrite: () -> Void = {}
    private var lastFile: UInt64 = 0

    func opened(by thread: ThreadID, user: UInt32, flags: Int32) throws(Errno) -> FileID {
        if let refusal { throw refusal }
        lastFile += 1
        events.append(.opened(lastFile, thread: thread.number, user: user, flags: flags))
        return FileID(index: Int32(lastFile))
    }

    func read(_ request: RequestID, file: FileID, by thread: ThreadID, nonblocking: Bool) -> ReadAnswer {
        events.append(.read(file: UInt64(file.index), thread: thread.number, nonblocking: nonblocking))
        if tokens > 0 {
            tokens -= 1
            return .granted(to: ClientID(index: Self.account(of: thread.number)))
        }
        if nonblocking { return .wouldBlock }
        parked.append(request)
        return .parked
    }

    func tokenUndelivered(file: FileID, to holder: ClientID) {
        tokens += 1
        events.append(.undelivered(file: UInt64(file.index), holder: holder.index))
    }

    /// The account that is charged when this thread reads a token.
    static func account(of thread: Int32) -> Int32 { thread + 1_000 }

    func interrupted(_ request: RequestID) {
        parked.removeAll { $0 == request }
        events.append(.interrupted(request))
    }

    func wrote(_ count: Int, file: FileID, by thread: ThreadID) {
        tokens += count
        events.append(.wrote(count, file: UInt64(file.index), thread: thread.number))
        onWrite()
    }

    func polled(file: FileID, by thread: ThreadID, willWait: Bool) -> Bool {
        if willWait { pollers.insert(file) }
        events.append(.polled(file: UInt64(file.index), thread: thread.number, willWait: willWait))
        return tokens > 0
    }

    func available(file: FileID, by thread: ThreadID) -> Int { tokens }

    func closed(file: FileID) { events.append(.closed(UInt64(file.index))) }

    func store() {}
}
