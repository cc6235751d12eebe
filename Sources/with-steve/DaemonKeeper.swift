internal import Linux
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// Keeps the command registered: with the server that takes over from another one, or with a daemon that
/// comes back.
final class DaemonKeeper {
    private let launcher: DaemonLauncher
    private var connection: ControlConnection?
    private let isOurs: Bool
    private let hasSlot: Bool
    private var earliestAttempt: Int64 = 0
    /// Whether it has been said that there is no daemon, or that it cannot be started.
    private var hasFailed = false
    /// How often there was none any more.
    private(set) var deaths = 0
    /// When to look for a daemon again; nil while there is one.
    private(set) var nextAttempt: Int64?

    /// How long between two attempts, because a daemon that dies at once would keep us busy.
    private static let pauseNanoseconds: Int64 = 1_000_000_000
    /// How long the command's end and its signals may wait for a daemon that does not answer.
    private static let patienceMilliseconds: Int32 = 300

    /// Keeps the daemon of a connection over which this process has been registered.
    init(_ launcher: DaemonLauncher, _ connection: consuming ControlConnection, isOurs: Bool, hasSlot: Bool) {
        self.launcher = launcher
        self.connection = consume connection
        self.isOurs = isOurs
        self.hasSlot = hasSlot
    }

    /// Has the loop tell of the daemon's end under that key.
    func watch(in loop: EventLoop, key: UInt64) {
        guard let raw = connection?.raw else { return }
        try? loop.watch(raw, for: .hangUp, key: key)
    }

    /// The server has hung up: another one is there at once, or the daemon is gone.
    func hungUp(_ loop: EventLoop) {
        guard let raw = connection?.raw else { return }
        loop.unwatch(raw)
        connection = nil
        nextAttempt = max(earliestAttempt, MonotonicClock.nowNanoseconds)
    }

    /// Looks for a daemon, or starts it, if it is time to.
    func elapse(_ loop: EventLoop, key: UInt64) {
        guard let time = nextAttempt, time <= MonotonicClock.nowNanoseconds else { return }
        earliestAttempt = MonotonicClock.nowNanoseconds + Self.pauseNanoseconds
        do throws(ControlFailure) {
            connection = try launcher.find(patienceMilliseconds: Self.patienceMilliseconds)
        } catch {
            // It is there, and its keeper looks after it: the command and its signals do not wait for that.
            if case .noAnswer = error { return nextAttempt = earliestAttempt }
        }
        if connection == nil {
            if !hasFailed { deaths += 1 }
            replace()
        } else if hasFailed {
            back("the daemon is back")
        }
        nextAttempt = connection == nil ? earliestAttempt : nil
        if connection != nil { joined(loop, key) }
    }

    /// Starts a daemon in place of ours; one of others is waited for.
    private func replace() {
        guard isOurs else { return fail("the daemon has ended: there are no tokens until it is back") }
        do throws(LaunchFailure) {
            connection = try launcher.attach(quietly: hasFailed).detached()
            back("the daemon died and was started again")
        } catch {
            fail("the daemon died and cannot be started again: \(error); trying each second")
        }
    }

    private func back(_ sentence: String) {
        say(sentence)
        hasFailed = false
    }

    /// It is tried again and again, and said once.
    private func fail(_ sentence: String) {
        if !hasFailed { say(sentence) }
        hasFailed = true
    }

    /// Does not wait for the token: the command runs already, and signals have to be passed on to it.
    private func joined(_ loop: EventLoop, _ key: UInt64) {
        try? connection?.requestRegistration(slot: hasSlot)
        watch(in: loop, key: key)
    }

    /// The summary, as the present daemon counts.
    func summary(seconds: Double) -> RunSummary {
        let report = try? connection?.status()
        return RunSummary(seconds: seconds, report: report, isOwn: isOurs && deaths == 0, restarts: deaths)
    }

    /// Lets the daemon go: it may end now.
    func leave(_ loop: EventLoop) {
        if let raw = connection?.raw { loop.unwatch(raw) }
        connection = nil
    }
}
