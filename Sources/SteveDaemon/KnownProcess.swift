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
    /// Until then it may become another program: a wrapper does when it has its token.
    private var settled = MonotonicTime.now + KnownProcess.settlingNanoseconds
    private var lastCommand: String
    private static let settlingNanoseconds: Int64 = 5_000_000_000

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
        lastCommand = ProcFS.command(of: identity.pid)
    }

    var pid: Int32 { identity.pid }

    /// Its command line, which is not read again once it has settled: of 200 holders that is most of what a status
    /// costs.
    ///
    /// Of one that has ended, what it was: who looks back wants to know.
    var command: String {
        guard settled > .now, !descriptor.hasEnded else { return lastCommand }
        lastCommand = ProcFS.command(of: identity.pid)
        return lastCommand
    }

    /// Looks once at what a wrapper is by now.
    func lookAgain() {
        guard isWrapper else { return }
        isWrapper = false
        _ = command
    }

    /// It has got what it waited for, and may become another program now.
    func goesOn() {
        isWrapper = true
        settled = .now + Self.settlingNanoseconds
    }
}
