internal import Glibc
internal import Linux
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// `top` on the terminal: asks the daemon twice a second, and at once when a key has been pressed.
final class TopDisplay {
    private var screen: FullScreen
    private let loop: EventLoop
    private let signals: SignalDescriptor
    private let inColour: Bool
    private var choice = TopChoice()
    private var message = ""
    /// By how much to change the limit once the daemon has answered.
    private var change = 0
    /// How to end: 0, or 128 and the number of a signal.
    private var end: Int32?

    private static let periodNanoseconds: Int64 = 500_000_000
    private static let keyboardKey: UInt64 = 0
    private static let signalKey: UInt64 = 1
    private static let answerKey: UInt64 = 2
    /// How long a daemon may take to answer.
    private static let patienceNanoseconds: Int64 = 10_000_000_000

    /// Takes the terminal, until this goes.
    init(inColour: Bool) throws(Errno) {
        self.inColour = inColour
        loop = try EventLoop()
        // Before the screen: from its first change on no signal may end this process by itself.
        signals = try SignalDescriptor(FullScreen.signals)
        screen = try FullScreen()
        try loop.watch(signals.raw, for: .readable, key: Self.signalKey)
        try loop.watch(STDIN_FILENO, for: .readable, key: Self.keyboardKey)
    }

    /// Shows what the daemon says until somebody ends it; returns the exit status.
    func run(_ connection: inout ControlConnection) throws(ControlFailure) -> Int32 {
        while true {
            do throws(ControlFailure) {
                return try show(&connection)
            } catch {
                // Another server goes on, if one does.
                guard case .ended = error else { throw error }
                try connection.reconnect()
            }
        }
    }

    private func show(_ connection: inout ControlConnection) throws(ControlFailure) -> Int32 {
        while true {
            // This may be answered by another server than was watched.
            try changeLimit(&connection)
            let raw = connection.raw
            do throws(Errno) {
                try loop.watch(raw, for: .readable, key: Self.answerKey)
            } catch {
                throw .refused("cannot wait for the daemon: \(error)")
            }
            defer { loop.unwatch(raw) }
            try connection.requestStatus()
            let deadline = MonotonicClock.nowNanoseconds + Self.patienceNanoseconds
            // One that does not answer keeps no key and no signal from its effect.
            while end == nil, !turn(until: deadline), MonotonicClock.nowNanoseconds < deadline {}
            if let end { return end }
            draw(try connection.requestedStatus(until: deadline))
            _ = turn(until: MonotonicClock.nowNanoseconds + Self.periodNanoseconds)
            if let end { return end }
        }
    }

    /// Waits once, and acts on keys and signals; true when the daemon has said something.
    private func turn(until deadline: Int64) -> Bool {
        var isAnswered = false
        for index in 0..<loop.wait(until: deadline) {
            switch loop.event(index).key {
            case Self.answerKey: isAnswered = true
            case Self.signalKey: received()
            default: pressed(screen.keys())
            }
        }
        return isAnswered
    }

    private func draw(_ report: StatusReport) {
        let (columns, rows) = Terminal.size(of: STDOUT_FILENO) ?? (80, 24)
        let picture = TopScreen(report, choice, message: message, width: columns, height: rows)
        screen.draw(picture.lines.map { $0.rendered(inColour: inColour) })
    }

    private func received() {
        while let signal = signals.next() {
            switch signal {
            // The next turn draws anew.
            case SIGWINCH: break
            case SIGCONT: screen.enter()
            case SIGTSTP: stop()
            default: end = 128 + signal
            }
        }
    }

    /// Stops as the shell expects it, with the terminal as it was.
    private func stop() {
        screen.leave()
        kill(getpid(), SIGSTOP)
    }

    private func pressed(_ keys: [UInt8]) {
        message = ""
        // The terminal has hung up.
        if keys.isEmpty { end = 128 + SIGHUP }
        for action in choice.press(keys) {
            switch action {
            case .quit: end = 0
            case .changeLimit(let step): change += step
            }
        }
    }

    private func changeLimit(_ connection: inout ControlConnection) throws(ControlFailure) {
        guard change != 0 else { return }
        defer { change = 0 }
        do throws(ControlFailure) {
            let jobs = Int(try connection.settings()["jobs"] ?? "") ?? 0
            try connection.set(["jobs": "\(jobs + change)"])
        } catch {
            guard case .refused(let why) = error else { throw error }
            message = why
        }
    }
}
