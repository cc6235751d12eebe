internal import Jobserver
internal import Linux

/// Finds a server that hangs: requests wait, and it shows no sign of life.
///
/// One look proves nothing: a request may have come just now, to a server that had slept for an hour.
///
/// A server that was told to end shows a sign of life at once, however long its clients may take then.
struct HangWatch {
    enum Finding: Equatable { case lives, hangs, ignoresItsEnd }

    /// When it was told to end, and its last sign of life at that time.
    private var told: (at: Int64, heartbeat: UInt64)?
    private var since: Int64?
    private var lastHeartbeat: UInt64 = 0
    /// When to look again.
    private(set) var nextLook: Int64

    /// How long a request may wait without a sign of life.
    let patience: Int64
    private var pause: Int64 { patience / 3 }
    /// How long a server that was told to end may show no sign of life: less than service managers wait.
    var patienceAtEnd: Int64 { patience / 6 }

    /// Tests wait for less.
    static let patience =
        Environment.current["_STEVE_PATIENCE_MS"].flatMap { Int64($0) }
        .map { max(3, min(30_000, $0)) * 1_000_000 } ?? 30_000_000_000

    /// A watch over a server that starts now.
    init(at now: Int64, patience: Int64 = Self.patience) {
        self.patience = patience
        nextLook = now + patience / 3
    }

    /// The server has been told to end.
    mutating func toldToEnd(heartbeat: UInt64, at now: Int64) {
        told = told ?? (now, heartbeat)
        nextLook = min(nextLook, now + patienceAtEnd)
    }

    /// Whether the server hangs, by what can be seen now.
    mutating func look(isRequestWaiting: Bool, heartbeat: UInt64, at now: Int64) -> Finding {
        nextLook = now + pause
        if let told, told.heartbeat == heartbeat {
            guard now - told.at < patienceAtEnd else { return .ignoresItsEnd }
            nextLook = told.at + patienceAtEnd
        } else {
            told = nil
        }
        return isSilent(isRequestWaiting, heartbeat, at: now) ? .hangs : .lives
    }

    private mutating func isSilent(_ isRequestWaiting: Bool, _ heartbeat: UInt64, at now: Int64) -> Bool {
        guard isRequestWaiting, heartbeat == lastHeartbeat else {
            since = nil
            lastHeartbeat = heartbeat
            return false
        }
        since = since ?? now
        return now - (since ?? now) >= patience
    }
}
