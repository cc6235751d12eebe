internal import Vocabulary
internal import Jobserver
internal import Linux
internal import Wire

/// One way of handing out tokens: the device that knows its clients, or the pipe that does not.
protocol TokenServer: AnyObject {
    var backend: Backend { get }
    /// What MAKEFLAGS names.
    var path: String { get }
    /// Whether the path answers.
    var isReady: Bool { get }
    /// Whether any process besides the daemon has the path open; nil: a search is under way, so ask again
    /// soon.
    var hasClients: Bool? { get }
    /// Whether the path still is the one that clients should open; somebody may have cleaned its folder.
    var isThere: Bool { get }
    /// More tokens than this it cannot hold.
    var mostTokens: Int { get }
    /// When the passing of time changes something; nil: never.
    var nextDeadline: MonotonicTime? { get }

    /// Gives the path to its users, once it exists.
    func publish(_ access: PathAccess) throws(DaemonError)

    /// Serves what has arrived.
    ///
    /// False: the path is gone and will not come back.
    func serve() -> Bool
    /// The time has come that `nextDeadline` named.
    func elapse(at now: MonotonicTime)
    /// A known process has ended.
    func ended(_ process: KnownProcess)
    /// Effects that are left for the daemon; they are in the ledger already.
    func nextEffect() -> ServerEffect?

    /// The process with this pid, watched from now on; nil when it has ended.
    func process(_ pid: ProcessID) -> KnownProcess?
    /// Charges one token to a process for its implicit slot; false: none is free, `.charged` will tell.
    func charge(_ process: KnownProcess) -> Bool
    /// Nobody wants the slot any more that the process waits for.
    func withdraw(_ process: KnownProcess)

    /// Holds to other limits from now on.
    func change(to settings: Settings)
    /// The admission rules let this many tokens out.
    func admit(_ tokens: Int)
    /// What the admission rules need to know.
    var use: TokenUse { get }
    /// What holds the next token back, the rules of the gate and its own.
    var gateState: GateState { get }
    /// Tokens that could be granted as far as their number goes.
    var free: Int { get }
    /// The holders and their tokens, as far as known.
    var holders: [(pid: ProcessID, tokens: Int)] { get }
    /// The same by their numbers in the history.
    var holdings: [(process: Int, tokens: Int)] { get }
    /// The pool in a report.
    func describe(_ status: inout StatusReport)
    /// Stores in the ledger what the next server has to know.
    func book()
    /// Grants nothing any more.
    func stopGranting()
    /// Answers all who wait with EIO.
    func failWaiters()
}

extension TokenServer {
    var isThere: Bool { true }
    var mostTokens: Int { .max }
}

/// Effects that a token server leaves to the daemon.
enum ServerEffect {
    /// The slot that a process waited for has its token.
    case charged(ProcessID)
    /// A process has ended and is forgotten; another may have its pid by now.
    case ended(ProcessID)
}
