internal import Jobserver
internal import Linux

/// A process that uses the device or that a wrapper registered, from its first request to its end.
final class KnownProcess {
    let identity: ProcessIdentity
    /// Readable from the process' end on.
    let descriptor: ProcessDescriptor
    let client: ClientID
    let build: BuildID
    /// Its number in the history.
    let number: Int
    /// Threads other than the main one that have been looked up.
    var threads: [Int32] = []
    /// Whether a warning about bytes that stand for no token has been logged.
    var hasBeenWarned = false
    /// Whether it is a wrapper that will soon execute something else.
    var isWrapper = false
    /// Its command line, read while it lives: who looks back wants to know it afterwards.
    private(set) var command: String

    init(
        _ identity: ProcessIdentity,
        _ descriptor: consuming ProcessDescriptor,
        client: ClientID,
        build: BuildID,
        number: Int
    ) {
        self.identity = identity
        self.descriptor = descriptor
        self.client = client
        self.build = build
        self.number = number
        command = ProcFS.command(of: identity.pid)
    }

    /// Asks again what a wrapper is by now.
    func lookAgain() {
        guard isWrapper else { return }
        isWrapper = false
        let now = ProcFS.command(of: pid)
        if !now.isEmpty { command = now }
    }

    var pid: Int32 { identity.pid }
}
