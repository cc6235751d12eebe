internal import Glibc
internal import Linux
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
    /// How to end: 0, or 128 and the number of a signal.
    private var end: Int32?

    private static let periodNanoseconds: Int64 = 500_000_000
    private static let keyboardKey: UInt64 = 0
    private static let signalKey: UInt64 = 1

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
            draw(try connection.status())
            let deadline = MonotonicClock.nowNanoseconds + Self.periodNanoseconds
            let count = loop.wait(until: deadline)
            for index in 0..<count {
                switch loop.event(index).key {
                case Self.signalKey: received()
                default: try pressed(screen.keys(), &connection)
                }
            }
            if let end { return end }
        }
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

    private func pressed(_ keys: [UInt8], _ connection: inout ControlConnection) throws(ControlFailure) {
        message = ""
        // The terminal has hung up.
        if keys.isEmpty { end = 128 + SIGHUP }
        for action in choice.press(keys) {
            switch action {
            case .quit: end = 0
            case .changeLimit(let change): try changeLimit(by: change, &connection)
            }
        }
    }

    private func changeLimit(
        by change: Int,
        _ connection: inout ControlConnection
    ) throws(ControlFailure) {
        do throws(ControlFailure) {
            let jobs = Int(try connection.settings()["jobs"] ?? "") ?? 0
            try connection.set(["jobs": "\(jobs + change)"])
        } catch {
            guard case .refused(let why) = error else { throw error }
            message = why
        }
    }
}
