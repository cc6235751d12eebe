internal import Vocabulary
internal import Jobserver
internal import Wire

/// The limits that hold as long as some process lives, on top of the settings: the strictest of each counts.
struct LiveLimits {
    /// The limits that hold while one process lives.
    struct Entry {
        let pid: ProcessID
        /// The user who asked for it.
        let user: UInt32
        let values: [String: String]
        let since: MonotonicTime
    }

    /// Oldest first.
    private(set) var all: [Entry] = []
    /// Nobody needs more than this, and each costs time at every change.
    static let most = 256
    /// How many one user may have who may not decide for everybody.
    static let share = 64

    /// Adds a limit that `Settings.tightened` has accepted; false when there are too many, or `most` of this
    /// user.
    mutating func add(
        _ values: [String: String],
        whileLives pid: ProcessID,
        by user: UInt32,
        most: Int,
        at now: MonotonicTime
    ) -> Bool {
        // Hooks that limit a build say the same again for each of its packages.
        guard !all.contains(where: { $0.pid == pid && $0.values == values }) else { return true }
        guard all.count < Self.most, all.count(where: { $0.user == user }) < most else { return false }
        all.append(Entry(pid: pid, user: user, values: values, since: now))
        return true
    }

    /// The limits that another server was held to.
    mutating func restore(_ entries: [Entry]) { all = entries }

    /// Drops what holds while this process lives, or all; only what this user asked for, or anybody's; and
    /// returns that.
    mutating func drop(_ pid: ProcessID?, of user: UInt32?) -> [Entry] {
        func isMeant(_ entry: Entry) -> Bool {
            (pid == nil || entry.pid == pid) && (user == nil || entry.user == user)
        }
        let dropped = all.filter(isMeant)
        if !dropped.isEmpty { all.removeAll(where: isMeant) }
        return dropped
    }

    /// The settings that are in force.
    func applied(to settings: Settings) -> Settings {
        all.reduce(settings) { tight, entry in (try? tight.tightened(by: entry.values)) ?? tight }
    }
}
