internal import Jobserver
internal import Linux

/// Finds a server that hangs: requests wait, and it shows no sign of life.
///
/// One look says nothing: a request may have come just now, to a server that had slept for an hour.
struct HangWatch {
    private var since: Int64?
    private var lastHeartbeat: UInt64 = 0
    /// When to look again.
    private(set) var nextLook: Int64

    /// So long a request may wait without a sign of life.
    let patience: Int64
    private var pause: Int64 { patience / 3 }

    /// Tests wait for less.
    static let patience =
        Environment.current["_STEVE_PATIENCE_MS"].flatMap { Int64($0) }
        .map { max(3, min(30_000, $0)) * 1_000_000 } ?? 30_000_000_000

    /// A watch over a server that starts now.
    init(at now: Int64, patience: Int64 = Self.patience) {
        self.patience = patience
        nextLook = now + patience / 3
    }

    /// Whether the server hangs, by what there is to see now.
    mutating func look(isRequestWaiting: Bool, heartbeat: UInt64, at now: Int64) -> Bool {
        nextLook = now + pause
        guard isRequestWaiting, heartbeat == lastHeartbeat else {
            since = nil
            lastHeartbeat = heartbeat
            return false
        }
        since = since ?? now
        return now - (since ?? now) >= patience
    }
}
