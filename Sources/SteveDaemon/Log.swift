internal import Jobserver
internal import Linux
internal import Synchronization
internal import Wire

/// The daemon's log: lines on standard error, as a supervisor expects them.
///
/// A slow or absent reader does not stop the daemon.
enum Log {
    private static let stream = Mutex(LogStream())
    private static let budget = Mutex(LineBudget())

    /// A line for the administrator.
    static func note(_ text: String) {
        let line = "steve: \(text.printable)\n"
        stream.withLock { $0.write(line) }
    }

    /// A line that this user caused, who may not be able to fill a disk with them.
    static func note(_ text: @autoclosure () -> String, causedBy user: UInt32) {
        guard let before = budget.withLock({ $0.take(user, at: .now) }) else { return }
        if before > 0 { note("\(before) more line(s) that user \(user) caused were left out") }
        note(text())
    }

    /// Several lines at once.
    static func note(lines text: String) {
        for line in text.split(separator: "\n") { note(String(line)) }
    }

    /// Whether lines wait for their reader.
    static var isBehind: Bool { stream.withLock { $0.isBehind } }

    /// Tries again to write what waits.
    static func flush() { stream.withLock { $0.flush() } }

    /// See `LogStream.leavePipe`.
    static func leavePipe() { stream.withLock { $0.leavePipe() } }
}

/// How many lines each user may cause: ten at once, then one a second; what is left out is counted.
struct LineBudget {
    private struct Account {
        var lines: Double
        var time: MonotonicTime
        var leftOut = 0
    }

    private var accounts: [UInt32: Account] = [:]

    static let most = 10.0
    /// If there are more users than this, they share an account, so that their number costs no memory.
    private static let accountLimit = 1_024

    /// Counts one line: nil if it is to be left out, else how many were left out since the last one.
    ///
    /// Root's lines are never left out.
    mutating func take(_ user: UInt32, at now: MonotonicTime) -> Int? {
        guard user != 0 else { return 0 }
        let key = accounts[user] != nil || accounts.count < Self.accountLimit ? user : .max
        var account = accounts[key] ?? Account(lines: Self.most, time: now)
        account.lines = min(Self.most, account.lines + now.seconds(since: account.time))
        account.time = now
        defer { accounts[key] = account }
        guard account.lines >= 1 else {
            account.leftOut += 1
            return nil
        }
        account.lines -= 1
        defer { account.leftOut = 0 }
        return account.leftOut
    }
}
