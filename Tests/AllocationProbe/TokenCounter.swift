import Vocabulary
import Fuse
import SystemPackage

/// The smallest handler, with one pool, one waiting read and one poller; it allocates nothing itself.
final class TokenCounter: DeviceHandler {
    var tokens = 0
    weak var session: DeviceSession?
    private var waiting: RequestID?
    private var poller: FileID?
    private var lastFile: Int32 = 0

    func opened(by thread: ThreadID, user: UInt32, flags: Int32) throws(Errno) -> FileID {
        lastFile = 1 + lastFile % 2
        return FileID(index: lastFile)
    }

    func read(_ request: RequestID, file: FileID, by thread: ThreadID, nonblocking: Bool) -> ReadAnswer {
        if tokens > 0 {
            tokens -= 1
            return .granted(to: ClientID(index: 0))
        }
        guard !nonblocking else { return .wouldBlock }
        waiting = request
        return .parked
    }

    func tokenUndelivered(file: FileID, to holder: ClientID) { tokens += 1 }

    func interrupted(_ request: RequestID) { waiting = nil }

    func wrote(_ count: Int, file: FileID, by thread: ThreadID) {
        tokens += count
        if let request = waiting, session?.grant(request, holder: ClientID(index: 0)) == true {
            waiting = nil
            tokens -= 1
        }
        if let file = poller {
            poller = nil
            session?.wake(file: file)
        }
    }

    func polled(file: FileID, by thread: ThreadID, willWait: Bool) -> Bool {
        if willWait { poller = file }
        return tokens > 0
    }

    func available(file: FileID, by thread: ThreadID) -> Int { tokens }

    func closed(file: FileID) {}

    func store() {}
}
