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
    /// Its command line, when somebody has asked for it.
    private(set) lazy var command = ProcFS.command(of: identity.pid)

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
}
