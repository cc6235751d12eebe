internal import Jobserver
internal import Wire

/// The limits that hold as long as some process lives, on top of the settings: the strictest of each counts.
struct LiveLimits {
    /// What one process' life limits.
    struct Entry {
        let pid: Int32
        let values: [String: String]
        let since: MonotonicTime
    }

    /// Oldest first.
    private(set) var all: [Entry] = []
    /// More than this nobody needs, and each costs a look at every change.
    static let most = 256

    /// Adds a limit that `Settings.tightened` has accepted; false when there are too many.
    mutating func add(_ values: [String: String], whileLives pid: Int32, at now: MonotonicTime) -> Bool {
        // Hooks that limit a build say the same again for each of its packages.
        guard !all.contains(where: { $0.pid == pid && $0.values == values }) else { return true }
        guard all.count < Self.most else { return false }
        all.append(Entry(pid: pid, values: values, since: now))
        return true
    }

    /// Drops what held while this process lived, and returns that.
    mutating func ended(_ pid: Int32) -> [Entry] {
        let dropped = all.filter { $0.pid == pid }
        if !dropped.isEmpty { all.removeAll { $0.pid == pid } }
        return dropped
    }

    /// The settings that are in force.
    func applied(to settings: Settings) -> Settings {
        all.reduce(settings) { tight, entry in (try? tight.tightened(by: entry.values)) ?? tight }
    }
}
