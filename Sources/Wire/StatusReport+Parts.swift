extension StatusReport {
    /// Whether anything may be granted now, and what decides it.
    package struct Gate: Codable, Equatable, Sendable {
        package var open: Bool
        /// The strictest rule's name: `jobs`, `load`.
        package var rule: String
        /// A sentence such as "held back by load: 33.1, limit 32".
        package var text: String

        package init(open: Bool, rule: String, text: String) {
            self.open = open
            self.rule = rule
            self.text = text
        }
    }

    /// The machine's load beside its limit.
    package struct Load: Codable, Equatable, Sendable {
        package var oneMinute: Double
        /// Absent: no limit.
        package var limit: Double?

        package init(oneMinute: Double, limit: Double?) {
            self.oneMinute = oneMinute
            self.limit = limit
        }
    }

    /// What happened since the daemon started.
    package struct Totals: Codable, Equatable, Sendable {
        package var granted = 0
        package var returned = 0
        /// Taken back from processes that ended.
        package var reclaimed = 0
        package var lent = 0
        /// Bytes written beyond all tokens.
        package var dropped = 0

        package init() {}
    }

    /// A process with tokens.
    package struct Holder: Codable, Equatable, Sendable {
        package var pid: Int
        package var command: String
        package var tokens: Int
        /// Seconds since it took the oldest of them.
        package var since: Double
        /// The build it belongs to, where that is known.
        package var build: String?

        package init(pid: Int, command: String, tokens: Int, since: Double, build: String? = nil) {
            self.pid = pid
            self.command = command
            self.tokens = tokens
            self.since = since
            self.build = build
        }
    }

    /// A process that wants a token.
    package struct Waiter: Codable, Equatable, Sendable {
        /// How it waits.
        package enum Kind: String, Codable, Sendable {
            /// In read(2).
            case read
            /// In poll(2) and its like.
            case poll
            /// It was refused and does not wait, but will try again.
            case hungry
            /// To be registered, for its implicit slot.
            case slot
        }

        package var pid: Int
        package var command: String
        package var requests: Int
        /// Seconds since the oldest request.
        package var since: Double
        package var kind: Kind

        package init(pid: Int, command: String, requests: Int, since: Double, kind: Kind) {
            self.pid = pid
            self.command = command
            self.requests = requests
            self.since = since
            self.kind = kind
        }
    }

    /// A registered process.
    package struct User: Codable, Equatable, Sendable {
        package var pid: Int
        package var command: String
        /// Whether a token is charged to it for its implicit slot.
        package var slot: Bool

        package init(pid: Int, command: String, slot: Bool) {
            self.pid = pid
            self.command = command
            self.slot = slot
        }
    }
}
