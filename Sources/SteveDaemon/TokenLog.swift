internal import Wire

/// What the daemon says about single tokens: nothing by default, except about clients that break the
/// protocol.
///
/// A sentence is only put together when it will be logged.
struct TokenLog {
    private let isVerbose: Bool
    private let isDebugging: Bool

    init(_ settings: Settings) {
        isVerbose = settings.verbose || settings.debug
        isDebugging = settings.debug
    }

    /// Something happened to a token.
    func verbose(_ text: @autoclosure () -> String) {
        if isVerbose { Log.note(text()) }
    }

    /// A request came in.
    func debug(_ text: @autoclosure () -> String) {
        if isDebugging { Log.note(text()) }
    }

    /// Bytes that stood for no token: said once for each process.
    func dropped(_ count: Int, by process: KnownProcess?) {
        guard let process, !process.hasBeenWarned else { return }
        process.hasBeenWarned = true
        Log.note(
            "\(process) wrote \(count) byte(s) for tokens that it did not hold: dropped",
            causedBy: process.user
        )
    }
}

extension KnownProcess: CustomStringConvertible {
    var description: String { "PID \(pid) (\(command))" }
}
