extension StatusReport {
    /// All processes of one build together.
    public struct Build: Codable, Equatable, Sendable {
        /// What people call it; absent for processes outside of the daemon's PID namespace.
        public var label: String?
        /// How it was found, if that is not the label: `session 4711`, a control group.
        public var identity: String?
        /// How many tokens its processes hold.
        public var tokens = 0
        /// Seconds since it took the oldest of them; absent when it holds none.
        public var oldest: Double?
        /// How many of its jobs run elsewhere, with their slots lent to the pool; absent: none.
        public var lent: Int?
        /// How many of its processes wait for a token.
        public var waiting = 0
        /// Seconds that the first of them has waited; absent when none does.
        public var since: Double?

        package init(label: String?) { self.label = label }

        fileprivate mutating func add(_ holder: Holder) {
            tokens += holder.tokens
            oldest = max(oldest ?? 0, holder.since)
        }

        fileprivate mutating func addLoan() { lent = (lent ?? 0) + 1 }

        fileprivate mutating func add(_ waiter: Waiter) {
            waiting += 1
            since = max(since ?? 0, waiter.since)
        }
    }

    /// One entry for each build that holds tokens, lends some or waits for one: those that hold most come
    /// first.
    package static func builds(
        _ holders: [Holder],
        _ waiters: [Waiter],
        _ lenders: [Lender]? = nil
    ) -> [Build] {
        var builds: [String?: Build] = [:]
        for holder in holders { builds[holder.build, default: Build(label: holder.build)].add(holder) }
        for waiter in waiters { builds[waiter.build, default: Build(label: waiter.build)].add(waiter) }
        for lender in lenders ?? [] {
            builds[lender.build, default: Build(label: lender.build)].addLoan()
        }
        return builds.values.sorted {
            ($0.tokens, $0.since ?? 0, $1.label ?? "") > ($1.tokens, $1.since ?? 0, $0.label ?? "")
        }
    }
}
