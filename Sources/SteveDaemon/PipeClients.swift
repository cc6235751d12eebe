internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Linux

/// Whether any other process has the pipe open.
///
/// The search runs in small steps, because tokens would have to wait for all of it.
struct PipeClients {
    private let pipe: FileIdentity
    private let keeper: ProcessID
    private var scan: FileUsersScan?
    /// Somebody opened or closed the pipe since the scan began, which may have missed that one.
    private var isDisturbed = false
    /// Whether no client had it open at the end of the last search, and none has come since; nil: unknown.
    private(set) var isAlone: Bool?

    /// How many open files are looked at in one turn of the event loop; that takes some tenths of a
    /// millisecond.
    private static let step = 100

    /// `keeper` has it open too, and is no client.
    init(of pipe: FileIdentity, keeper: ProcessID) {
        self.pipe = pipe
        self.keeper = keeper
    }

    /// Whether it is looking, and wants to go on at the next turn.
    var isLooking: Bool { scan != nil }

    /// Begins to look, unless it does.
    mutating func look() {
        guard scan == nil else { return }
        scan = FileUsersScan(of: pipe)
        isDisturbed = false
    }

    /// Somebody opened or closed it.
    mutating func noteChange() {
        isDisturbed = true
        isAlone = nil
    }

    /// Looks a bit further; true when it has come to an end, with `isAlone` or without.
    mutating func goOn() -> Bool {
        guard scan?.step(Self.step) == true else { return false }
        let others = scan?.users.pids.contains { $0 != getpid() && $0 != keeper.number } ?? true
        scan = nil
        isAlone = isDisturbed ? nil : !others
        return true
    }
}
