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
    private var isWrapper = false
    /// Until then it may become another program: a wrapper does when it has its token.
    private var settled: MonotonicTime?
    private var lastCommand: String
    private static let settlingNanoseconds: Int64 = 5_000_000_000

    init(
        _ identity: ProcessIdentity,
        _ descriptor: consuming ProcessDescriptor,
        client: ClientID,
        build: BuildID,
        number: Int,
        command: String
    ) {
        self.identity = identity
        self.descriptor = descriptor
        self.client = client
        self.build = build
        self.number = number
        lastCommand = command
    }

    var pid: Int32 { identity.pid }

    /// Its command line, as it was when it came unless it was about to execute another: read while it lives, for who
    /// looks back wants to know it afterwards, and seldom again, for of 200 holders that is most of what a status costs.
    var command: String {
        if let time = settled {
            if time <= .now { settled = nil }
            readCommand()
        }
        return lastCommand
    }

    /// It has registered or got its token, and may become another program now.
    func goesOn() {
        settled = .now + Self.settlingNanoseconds
        isWrapper = true
    }

    /// Asks again what a wrapper is by now.
    func lookAgain() {
        guard isWrapper else { return }
        isWrapper = false
        readCommand()
    }

    private func readCommand() {
        // A zombie has none any more.
        guard !descriptor.hasEnded else { return }
        let command = ProcFS.command(of: pid)
        if !command.isEmpty { lastCommand = command }
    }
}
