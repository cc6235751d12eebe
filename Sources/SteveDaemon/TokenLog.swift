/// What the daemon says about single tokens: nothing unless asked, but for clients that break the protocol.
struct TokenLog {
    /// Logs bytes that stood for no token, once for each process.
    func dropped(_ count: Int, by process: KnownProcess?) {
        guard let process else { return }
        guard !process.hasBeenWarned else { return }
        process.hasBeenWarned = true
        Log.note(
            "PID \(process.pid) (\(process.command)) wrote \(count) byte(s) for tokens that it did not hold: dropped"
        )
    }
}
