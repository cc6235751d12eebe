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
    private var settled = MonotonicTime.now + KnownProcess.settlingNanoseconds
    private var lastCommand: String?
    private static let settlingNanoseconds: Int64 = 5_000_000_000

    init(
        _ identity: ProcessIdentity,
        _ descriptor: consuming ProcessDescriptor,
        client: ClientID,
        build: BuildID
    ) {
        self.identity = identity
        self.descriptor = descriptor
        self.client = client
        self.build = build
    }

    var pid: Int32 { identity.pid }

    /// Its command line, read once it has settled: of 200 holders that is most of what a status costs.
    var command: String {
        if let lastCommand, settled <= .now { return lastCommand }
        let command = ProcFS.command(of: identity.pid)
        lastCommand = command
        return command
    }

    /// It has got what it waited for, and may become another program now.
    func goesOn() {
        settled = .now + Self.settlingNanoseconds
        lastCommand = nil
    }
}
