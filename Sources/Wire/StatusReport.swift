/// All that a daemon says about itself at one moment.
///
/// The field names are the JSON's; docs/protocol.md describes them.
package struct StatusReport: Codable, Equatable, Sendable {
    package var version: String
    /// What belongs behind `fifo:` in MAKEFLAGS.
    package var path: String
    package var backend: Backend
    /// How many tokens may be out.
    package var limit: Int
    /// How many could be granted now; below zero after the limit was lowered below what is held.
    package var free: Int
    package var held: Int
    /// Kept for a poller that was woken.
    package var reserved: Int
    /// Implicit slots that processes gave back on loan.
    package var lent: Int
    /// Processes that wait.
    package var waiting: Int
    package var gate: Gate
    package var load: Load
    /// Seconds since the daemon started.
    package var uptime: Double
    package var totals: Totals
    /// False on a named pipe, where nobody can know who took a byte; then `holders` lists only registered users.
    package var holdersKnown: Bool
    package var holders: [Holder]
    package var waiters: [Waiter]
    /// Processes that registered: the commands of with-steve.
    package var users: [User]

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
        gate = Gate(open: true, rule: "jobs", text: "open")
        load = Load(oneMinute: 0, limit: nil)
        uptime = 0
        totals = Totals()
        holdersKnown = backend != .fifo
        holders = []
        waiters = []
        users = []
    }
}
