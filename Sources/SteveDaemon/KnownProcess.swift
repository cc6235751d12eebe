internal import Jobserver
internal import Linux

/// A process that uses the device or that a wrapper registered, from its first request to its end.
final class KnownProcess {
    let identity: ProcessIdentity
    /// Readable from the process' end on.
    let descriptor: ProcessDescriptor
    let client: ClientID
    let build: BuildID
    /// Threads other than the main one that have been looked up.
    var threads: [Int32] = []
    /// Whether a warning about bytes that stand for no token has been logged.
    var hasBeenWarned = false
    /// Until then it may become another program: a wrapper does when it has its token.
    private var settled: MonotonicTime?
    private var lastCommand: String?
    private static let settlingNanoseconds: Int64 = 5_000_000_000

    init(
        _ identity: ProcessIdentity,
        _ descriptor: consuming ProcessDescriptor,
        client: ClientID,
        build: BuildID,
        command: String?
    ) {
        self.identity = identity
        self.descriptor = descriptor
        self.client = client
        self.build = build
        lastCommand = command
    }

    var pid: Int32 { identity.pid }

    /// Its command line, mostly as it was when it came: 200 of them cost more time than all else in a status.
    var command: String {
        if let lastCommand, settled == nil { return lastCommand }
        if let time = settled, time <= .now { settled = nil }
        let command = ProcFS.command(of: identity.pid)
        lastCommand = command
        return command
    }

    /// It has registered or got its token, and may become another program now.
    func goesOn() {
        settled = .now + Self.settlingNanoseconds
    }
}
