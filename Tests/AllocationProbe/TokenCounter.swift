import Vocabulary
import Fuse
import SystemPackage

/// The least of a handler, with one pool, one who waits and one who polls; it allocates nothing itself.
final class TokenCounter: DeviceHandler {
    var tokens = 0
    weak var session: DeviceSession?
    private var waiting: UInt64?
    private var poller: UInt64?
    private var lastFile: UInt64 = 0

    func opened(by thread: Int32, user: UInt32, flags: Int32) throws(Errno) -> UInt64 {
        lastFile = 1 + lastFile % 2
        return lastFile
    }

    func read(_ request: UInt64, file: UInt64, by thread: Int32, nonblocking: Bool) -> ReadAnswer {
        if tokens > 0 {
            tokens -= 1
            return .granted(to: 0)
        }
        guard !nonblocking else { return .wouldBlock }
        waiting = request
        return .parked
    }

    func tokenUndelivered(file: UInt64, to holder: Int32) { tokens += 1 }

    func interrupted(_ request: UInt64) { waiting = nil }

    func wrote(_ count: Int, file: UInt64, by thread: Int32) {
        tokens += count
        if let request = waiting, session?.grant(request, holder: 0) == true {
            waiting = nil
            tokens -= 1
        }
        if let file = poller {
            poller = nil
            session?.wake(file: file)
        }
    }

    func polled(file: UInt64, by thread: Int32, willWait: Bool) -> Bool {
        if willWait { poller = file }
        return tokens > 0
    }

    func available(file: UInt64, by thread: Int32) -> Int { tokens }

    func closed(file: UInt64) {}

    func store() {}
}
