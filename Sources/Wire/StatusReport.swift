internal import Vocabulary

/// All that a daemon says about itself at one moment.
///
/// The field names are the JSON's; docs/protocol.md describes them.
public struct StatusReport: Codable, Equatable, Sendable {
    /// The daemon's version.
    public var version: String
    /// What belongs behind `fifo:` in MAKEFLAGS.
    public var path: String
    /// How tokens are handed out.
    public var backend: Backend
    /// How many tokens may be out.
    public var limit: Int
    /// How many could be granted now; below zero after the limit was lowered below what is held.
    public var free: Int
    /// How many are out.
    public var held: Int
    /// Kept for a poller that was woken.
    public var reserved: Int
    /// Implicit slots that processes gave back on loan.
    public var lent: Int
    /// Processes that wait.
    public var waiting: Int
    /// Whether anything may be granted.
    public var gate: Gate
    /// The machine's load.
    public var load: Load
    /// The machine's memory.
    public var memory: Memory
    /// Stricter limits that hold for a while, oldest first; `limit` and the others here are those in force.
    public var limits: [Limit]
    /// Seconds since the daemon started.
    public var uptime: Double
    /// What the daemon has given up for safety; absent: an older one.
    public var confinement: Confinement?
    /// How often the server has ended and another one went on; absent: never.
    public var takeovers: Takeovers?
    /// The process that serves though its keeper was killed; absent: a keeper is there.
    public var orphan: Int?
    /// Sums since the start.
    public var totals: Totals
    /// How full the pool has been since the start.
    public var statistics: Statistics
    /// False on a named pipe, where nobody can know who took a byte; then `holders` lists only registered
    /// users.
    public var holdersKnown: Bool
    /// The builds that have tokens or want some, those with most first.
    public var builds: [Build]
    /// The holders of tokens.
    public var holders: [Holder]
    /// The processes whose jobs run elsewhere; absent: none.
    public var lenders: [Lender]?
    /// The processes that wait.
    public var waiters: [Waiter]
    /// Processes that registered: the commands of with-steve.
    public var users: [User]

    /// A report of a daemon at rest, to be filled in.
    package init(path: String, backend: Backend, limit: Int) {
        version = Version.number
        self.path = path
        self.backend = backend
        self.limit = limit
        free = limit
        held = 0
        reserved = 0
        lent = 0
        waiting = 0
        gate = Gate(open: true, rule: GateRule.jobs.rawValue, text: "open")
        load = Load(oneMinute: 0, limit: nil)
        memory = Memory(available: 0, limit: nil)
        limits = []
        uptime = 0
        totals = Totals()
        statistics = Statistics()
        holdersKnown = backend != .fifo
        builds = []
        holders = []
        waiters = []
        users = []
    }
}
