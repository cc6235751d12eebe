internal import Linux

/// Called for each block that is placed: stops the packing when a signal came, and shows people how far it
/// is.
final class ProgressClock {
    private let signals: SignalWatch?
    private let report: ((PackProgress) -> Void)?
    private(set) var progress: PackProgress
    private var lastReport: Int64 = 0
    private let start = MonotonicClock.nowNanoseconds

    /// `report` is called at most ten times a second.
    init(total: UInt64, signals: SignalWatch?, report: ((PackProgress) -> Void)?) {
        self.signals = signals
        self.report = report
        progress = PackProgress(totalBytes: total)
    }

    /// Hears of bytes that need no place.
    func skipped(_ bytes: UInt64) { progress.readBytes += bytes }

    /// Throws when a signal came.
    func check() throws(PackError) { try signals?.check() }

    func placed(_ bytes: Int, position: UInt64, tokens: BlockPress) throws(PackError) {
        progress.readBytes += UInt64(bytes)
        progress.packedBytes += UInt64(bytes)
        progress.storedBytes = position
        try check()
        guard let report else { return }
        let now = MonotonicClock.nowNanoseconds
        guard now - lastReport >= 100_000_000 else { return }
        lastReport = now
        progress.nanoseconds = now - start
        progress.tokens = tokens.tokensHeld
        report(progress)
    }
}
