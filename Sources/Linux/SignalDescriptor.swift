internal import CLinux
package import SystemPackage

/// Signals as something to read: they are blocked, and wait here until somebody asks.
///
/// The mask is the calling thread's, and its children inherit it; `Program` clears it for them.
package struct SignalDescriptor: ~Copyable {
    private let descriptor: Descriptor

    /// Blocks the signals for the calling thread and opens a descriptor for them.
    ///
    /// The corresponding C function is `signalfd`.
    package init(_ signals: [CInt]) throws(Errno) {
        // Safe: the array is lent for the call.
        let raw = unsafe clinux_signal_open(signals, CInt(signals.count))
        descriptor = Descriptor(owning: try check(raw))
    }

    /// The number to watch: readable while a signal waits.
    package var raw: CInt { descriptor.raw }

    /// Takes the next waiting signal, nil when there is none.
    package borrowing func next() -> CInt? {
        let signal = clinux_signal_next(descriptor.raw)
        return signal == -1 ? nil : signal
    }
}
