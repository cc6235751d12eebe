internal import Glibc
internal import Linux

/// The signals that end a packing: nothing happens at once, whoever does the work asks now and then.
final class SignalWatch {
    private let signals: SignalDescriptor

    /// Catches them; from now on a reader of the progress that went away is none of them.
    init() throws(PackError) {
        do { signals = try SignalDescriptor([SIGHUP, SIGINT, SIGTERM]) } catch {
            throw .cannot("catch", path: Array("signals".utf8), error)
        }
        // Else it would end the program with tokens in its hands and an unfinished image on the disk.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Throws when one came.
    func check() throws(PackError) {
        if let signal = signals.next() { throw .interrupted(signal) }
    }
}
