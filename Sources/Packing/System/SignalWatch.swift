internal import Glibc
internal import Linux

/// The signals that end a packing: they are only noted, and the packer asks for them now and then.
final class SignalWatch {
    private let signals: SignalDescriptor

    /// Catches them, except those that this program was told to ignore, as nohup and shells do.
    ///
    /// From now on a reader of the progress that went away, and a limit to the size of files, are errors of
    /// writing and no signals.
    init() throws(PackError) {
        let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM].filter { !Self.isIgnored($0) }
        do { signals = try SignalDescriptor(ending) } catch {
            throw .cannot("catch", path: Array("signals".utf8), error)
        }
        // Else they would end the program with tokens in its hands and an unfinished image on the disk.
        for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    }

    /// A signal that is blocked comes to the descriptor although it is ignored.
    private static func isIgnored(_ signal: CInt) -> Bool {
        var action = sigaction()
        // Safe: the structure lives on this stack frame for the call; the handler is only compared.
        return unsafe sigaction(signal, nil, &action) == 0
            && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Throws when one came.
    func check() throws(PackError) {
        if let signal = signals.next() { throw .interrupted(signal) }
    }
}
