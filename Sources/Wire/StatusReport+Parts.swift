extension StatusReport {
    /// Whether anything may be granted now, and what decides it.
    public struct Gate: Codable, Equatable, Sendable {
        /// Whether a token could be granted now.
        public var open: Bool
        /// The strictest rule's name: `jobs`, `load`.
        public var rule: String
        /// A sentence such as "held back by load: 33.1, limit 32".
        public var text: String

        package init(open: Bool, rule: String, text: String) {
            self.open = open
            self.rule = rule
            self.text = text
        }
    }

    /// What the daemon has given up since it serves.
    public struct Confinement: Codable, Equatable, Sendable {
        /// Whether system calls that it does not need are refused to it (seccomp).
        public var calls: Bool
        /// Whether files that it does not need are (Landlock).
        public var files: Bool
        /// Both for people, and why not.
        public var text: String

        package init(calls: Bool, files: Bool, text: String) {
            self.calls = calls
            self.files = files
            self.text = text
        }
    }

    /// The machine's load beside its limit.
    public struct Load: Codable, Equatable, Sendable {
        /// The mean number of running tasks over the last minute.
        public var oneMinute: Double
        /// Absent: no limit.
        public var limit: Double?

        package init(oneMinute: Double, limit: Double?) {
            self.oneMinute = oneMinute
            self.limit = limit
        }
    }

    /// The machine's memory beside its limit.
    public struct Memory: Codable, Equatable, Sendable {
        /// What new programs could use, in MiB.
        public var available: Double
        /// This much must stay available; absent: no limit.
        public var limit: Double?

        package init(available: Double, limit: Double?) {
            self.available = available
            self.limit = limit
        }
    }

    /// Stricter limits that hold as long as a process lives.
    public struct Limit: Codable, Equatable, Sendable {
        /// The process.
        public var pid: Int
        /// Its command line, cut short.
        public var command: String
        /// Seconds since they were asked for.
        public var since: Double
        /// The limits by the names of the settings.
        public var values: [String: String]
        /// The user who asked for them; absent from daemons before 0.2.
        public var user: Int?

        package init(pid: Int, command: String, since: Double, values: [String: String], user: Int? = nil) {
            self.pid = pid
            self.user = user
            self.command = command
            self.since = since
            self.values = values
        }
    }

    /// Servers that ended, after each of which another one took over unnoticed.
    public struct Takeovers: Codable, Equatable, Sendable {
        /// How many since the daemon started.
        public var count: Int
        /// Seconds since the last one.
        public var since: Double
        /// What became of the server before: "was killed by signal 9".
        public var reason: String

        /// The reason if there was an upgrade.
        package static let upgrade = "made way for another program"

        package init(count: Int, since: Double, reason: String) {
            self.count = count
            self.since = since
            self.reason = reason
        }
    }

    /// What happened since the daemon started.
    public struct Totals: Codable, Equatable, Sendable {
        /// Tokens handed out.
        public var granted = 0
        /// Tokens written back.
        public var returned = 0
        /// Taken back from processes that ended.
        public var reclaimed = 0
        /// Implicit slots that were given back on loan.
        public var lent = 0
        /// Bytes written beyond all tokens.
        public var dropped = 0

        package init() {}
    }

    /// How full the pool has been since the daemon started; on a named pipe this is sampled.
    public struct Statistics: Codable, Equatable, Sendable {
        /// The most tokens that were out at a time.
        public var peak = 0
        /// How many were out, in the mean over time.
        public var mean = 0.0
        /// The share of the time in which no token was left, 0 to 1.
        public var atLimitShare = 0.0
        /// Half of all tokens were granted within this many seconds; absent if nobody waited, or if it is
        /// unknown.
        public var waitP50: Double?
        /// The same for 99 of 100.
        public var waitP99: Double?
        /// Seconds in which somebody waited, by the rule that held the token back: `jobs`, `load`.
        public var heldBack: [String: Double] = [:]

        package init() {}
    }

    /// A process with tokens.
    public struct Holder: Codable, Equatable, Sendable {
        /// The process.
        public var pid: Int
        /// Its command line, cut short.
        public var command: String
        /// How many it holds.
        public var tokens: Int
        /// Seconds since it took the oldest of them.
        public var since: Double
        /// The build it belongs to, where that is known.
        public var build: String?

        package init(pid: Int, command: String, tokens: Int, since: Double, build: String? = nil) {
            self.pid = pid
            self.command = command
            self.tokens = tokens
            self.since = since
            self.build = build
        }
    }

    /// A process whose own slot is lent to the pool, because its job runs elsewhere.
    public struct Lender: Codable, Equatable, Sendable {
        /// The process.
        public var pid: Int
        /// Its command line, cut short.
        public var command: String
        /// The build it belongs to, where that is known.
        public var build: String?

        package init(pid: Int, command: String, build: String? = nil) {
            self.pid = pid
            self.command = command
            self.build = build
        }
    }

    /// A process that waits for a token.
    public struct Waiter: Codable, Equatable, Sendable {
        /// How it waits.
        public enum Kind: String, Codable, Sendable {
            /// In read(2).
            case read
            /// In poll(2) and its like.
            case poll
            /// It was refused and does not wait, but will try again.
            case retry = "hungry"
            /// To be registered, for its implicit slot.
            case slot
        }

        /// The process.
        public var pid: Int
        /// Its command line, cut short.
        public var command: String
        /// How many reads or polls it waits in.
        public var requests: Int
        /// Seconds since the oldest request.
        public var since: Double
        /// How it waits.
        public var kind: Kind
        /// The build it belongs to, where that is known.
        public var build: String?

        package init(
            pid: Int,
            command: String,
            requests: Int,
            since: Double,
            kind: Kind,
            build: String? = nil
        ) {
            self.pid = pid
            self.command = command
            self.requests = requests
            self.since = since
            self.kind = kind
            self.build = build
        }
    }

    /// A registered process.
    public struct User: Codable, Equatable, Sendable {
        /// The process.
        public var pid: Int
        /// Its command line, cut short.
        public var command: String
        /// Whether a token is charged to it for its implicit slot.
        public var slot: Bool

        package init(pid: Int, command: String, slot: Bool) {
            self.pid = pid
            self.command = command
            self.slot = slot
        }
    }
}
