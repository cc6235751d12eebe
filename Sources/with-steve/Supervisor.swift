internal import Glibc
internal import Linux
internal import SystemPackage

/// Stays as the parent of the command: passes signals on, reaps orphans, keeps the daemon alive.
final class Supervisor {
    private let loop: EventLoop
    private let signals: SignalDescriptor
    private let daemon: DaemonKeeper

    private static let signalKey: UInt64 = 0
    private static let daemonKey: UInt64 = 1
    private static let passed = [
        SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT, SIGTSTP,
    ]
    /// How long processes that are left in a container when its command has ended get to end.
    private static let graceNanoseconds: Int64 = 5_000_000_000

    /// From now on signals wait for `run`.
    init(_ daemon: DaemonKeeper) throws(Errno) {
        self.daemon = daemon
        loop = try EventLoop()
        // SIGTTOU only to be blocked: this process gives the terminal away and takes it back from the
        // background.
        signals = try SignalDescriptor(Self.passed + [SIGCHLD, SIGTTOU])
        try Children.adoptOrphans()
        try loop.watch(signals.raw, for: .readable, key: Self.signalKey)
        daemon.watch(in: loop, key: Self.daemonKey)
    }

    /// Runs the program to its end; throws when it cannot be run.
    func run(_ program: Program) throws(Errno) -> ProcessEnd {
        let job = try Job(program)
        while true {
            if let end = reap(job) {
                job.takeTerminalBack()
                return end
            }
            wait(for: job)
        }
    }

    private func wait(for job: Job) {
        let count = loop.wait(until: daemon.nextAttempt)
        for index in 0..<count {
            switch loop.event(index).key {
            case Self.signalKey:
                while let signal = signals.next() {
                    if Self.passed.contains(signal) { job.pass(signal) }
                }
            default: daemon.hungUp(loop)
            }
        }
        daemon.elapse(loop, key: Self.daemonKey)
    }

    /// Reaps processes that have ended, and returns how the command ended.
    private func reap(_ job: Job) -> ProcessEnd? {
        while let child = try? Children.nextChange() {
            guard child.pid == job.pid else { continue }
            switch child.change {
            case .ended(let end): return end
            case .stopped(let signal): job.stopped(by: signal)
            }
        }
        return nil
    }

    /// Lets the daemon go, and as the first process of a container ends all others before it ends itself.
    func finish() {
        daemon.leave(loop)
        guard FirstProcess.isThis else { return }
        kill(-1, SIGTERM)
        kill(-1, SIGCONT)
        let deadline = MonotonicClock.nowNanoseconds + Self.graceNanoseconds
        while MonotonicClock.nowNanoseconds < deadline {
            guard reapAll() else { return }
            _ = loop.wait(until: deadline)
            while signals.next() != nil {}
        }
        kill(-1, SIGKILL)
    }

    /// Whether any child is left.
    private func reapAll() -> Bool {
        do throws(Errno) {
            while try Children.nextChange() != nil {}
            return true
        } catch {
            return false
        }
    }
}
