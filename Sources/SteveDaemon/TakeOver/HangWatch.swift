internal import Jobserver

/// Finds a server that hangs: requests wait, and it shows no sign of life.
///
/// One look says nothing: a request may have come just now, to a server that had slept for an hour.
struct HangWatch {
    private var since: Int64?
    private var lastHeartbeat: UInt64 = 0
    /// When to look again.
    private(set) var nextLook: Int64

    /// So long a request may wait without a sign of life.
    static let patience: Int64 = 30_000_000_000
    private static let pause: Int64 = 10_000_000_000

    /// A watch over a server that starts now.
    init(at now: Int64) { nextLook = now + Self.pause }

    /// Whether the server hangs, by what there is to see now.
    mutating func look(isRequestWaiting: Bool, heartbeat: UInt64, at now: Int64) -> Bool {
        nextLook = now + Self.pause
        guard isRequestWaiting, heartbeat == lastHeartbeat else {
            since = nil
            lastHeartbeat = heartbeat
            return false
        }
        since = since ?? now
        return now - (since ?? now) >= Self.patience
    }
}
