/// Where everything lies in the ledger.
///
/// The ledger outlives the program that wrote it: if you change anything here, or the meaning of a word,
/// change `version`.
package struct Layout: Sendable {
    /// The first word of every ledger of this kind.
    static let version: UInt64 = 0x7374_6576_6500_0004

    /// Words of their own, by `Word`.
    let head = Table(start: 0, number: 0, rows: 1, width: 512, sign: nil)
    /// Where the kernel writes each frame: on pages of its own that are always in memory.
    let landing: Table
    /// The kernel's first frame, for every session that comes.
    let greeting: Table
    /// The pool's totals and counters.
    package let account: Table
    package let builds: Table
    /// What a build is called and recognised by.
    package let identities: Table
    package let clients: Table
    /// The pool's clients: pid, start time and so on.
    package let processes: Table
    package let files: Table
    /// Who opened the files, and which poll handle to notify when they become readable.
    package let handles: Table
    package let takings: Table
    /// The reads that wait, as the pool knows them.
    package let reads: Table
    /// The same reads as frames of the kernel.
    package let parked: Table
    /// Limits that hold while a process lives.
    package let leases: Table
    /// The values of `set` on the control socket.
    package let settings: Table
    /// How full the pool was, and how long somebody waited.
    package let statistics: Table
    /// The words of the trace's ring; they count as far as `trace` says.
    package let events: Table
    /// Where the ring begins and ends, and what held there.
    package let trace: Table
    /// What the clients are called, and who started them.
    package let commands: Table
    /// The same of processes that have ended, the last of them.
    package let ended: Table
    /// Answers that the kernel may not have received.
    let outbox: Table
    /// The changes of the current transaction: places and their new values.
    let redo: Table

    /// The size of the landing: FUSE_MIN_READ_BUFFER, and room for the largest write.
    static let landingBytes = 12_288
    init() {
        landing = head.following(rows: 1, width: Self.landingBytes / 8)
        greeting = landing.following(rows: 1, width: 64)
        account = greeting.following(rows: 1, width: 64)
        builds = account.following(rows: 4096, width: 5, sign: 0)
        identities = builds.following(rows: 4096, width: 64)
        clients = identities.following(rows: 16_384, width: 4, sign: 0)
        processes = clients.following(rows: 16_384, width: 4, sign: 0)
        files = processes.following(rows: 16_384, width: 1, sign: 0)
        handles = files.following(rows: 16_384, width: 3, sign: 0)
        takings = handles.following(rows: 32_768, width: 3, sign: 1)
        reads = takings.following(rows: 16_384, width: 4, sign: 0)
        parked = reads.following(rows: 16_384, width: 12, sign: 0)
        leases = parked.following(rows: 256, width: 66)
        settings = leases.following(rows: 1, width: 512)
        statistics = settings.following(rows: 1, width: 128)
        // What is kept, and room for what a transaction notes before it counts.
        events = statistics.following(rows: 1 << 18 + 1 << 15, width: 1)
        trace = events.following(rows: 1, width: 16)
        commands = trace.following(rows: 16_384, width: 17)
        ended = commands.following(rows: 4096, width: 33)
        // A token for each waiting read, a word for each open file, and the answer to the request itself.
        outbox = ended.following(rows: 1, width: 4 * (16_384 + 16_384) + 1024)
        redo = outbox.following(rows: 1 << 20, width: 2)
    }

    /// The size of it all.
    var bytes: Int { redo.end * 8 }
}

/// The words of the ledger's head.
package enum Word: Int, Sendable {
    /// What says that this is a ledger, and which layout it has.
    case version, bytes
    /// How many entries of `redo` are valid; 0: no transaction is under way.
    case redoCount
    /// How many bytes of `outbox` are answers that were promised.
    case outboxBytes
    /// Whether something does not fit: as long as that is so, no server can take over.
    case isIncomplete
    /// Whether a server has written its state here.
    case isBegun
    /// How many servers ended by a fault of their own with the frame that is in the landing.
    case attempts
    /// How many servers have taken over, when the last one did, and why the one before had ended.
    case takeovers, lastTakeover, lastReason
    /// When the server last did something, in nanoseconds of the monotonic clock.
    case heartbeat
    /// Whether the server has ended because it was told to.
    case isOver
    /// When the first server began.
    case startedAt
    /// A pipe's account.
    case pipeIssued
    /// The keeper's process.
    case keeper
    /// Whether a server made the device's node, which is to be removed at the end.
    case hasMadeNode
    /// How often the server was told to end, and stayed for others that build with it.
    case stopsDeclined
    /// When a server that was told to end does so at the latest, while clients finish; 0: none was, or none
    /// waits.
    case drainingUntil
}
