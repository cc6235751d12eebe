internal import Glibc
internal import Linux
internal import SystemPackage

/// SIGINT, SIGTERM or SIGHUP as something to wait for, instead of ending the program.
final class Interruption {
    private let signals: SignalDescriptor
    private let loop: EventLoop

    init() throws(Errno) {
        signals = try SignalDescriptor([SIGINT, SIGTERM, SIGHUP])
        loop = try EventLoop()
        try loop.watch(signals.raw, for: .readable, key: 0)
    }

    /// Waits for it for this long.
    func comes(withinMilliseconds milliseconds: Int64) -> Bool {
        loop.wait(until: MonotonicClock.nowNanoseconds + milliseconds * 1_000_000) > 0
    }

    deinit {
        loop.unwatch(signals.raw)
    }
}
