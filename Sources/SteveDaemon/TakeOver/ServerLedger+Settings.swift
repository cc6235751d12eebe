internal import Vocabulary
internal import Jobserver
internal import Ledger
internal import Wire

/// Limits besides the configured ones: live settings, and limits that hold while a process lives.
extension ServerLedger {
    /// The settings that may change while the daemon runs, as they are now.
    func stage(_ settings: Settings) {
        let live = settings.values.filter { Setting.named($0.key)?.isLive == true }
        stage(text: Self.text(live), layout.settings, 0, from: 0)
    }

    /// All limits that hold for a while.
    func stage(_ limits: LiveLimits) {
        for (row, entry) in limits.all.enumerated() {
            let pid = UInt64(UInt32(bitPattern: entry.pid.number))
            stage(pid | UInt64(entry.user) << 32, layout.leases, row, 0)
            stage(UInt64(bitPattern: entry.since.nanoseconds), layout.leases, row, 1)
            stage(text: Self.text(entry.values), layout.leases, row, from: 2)
        }
        for row in rows(layout.leases).dropFirst(limits.all.count) { stage(0, layout.leases, row, 0) }
    }

    private func stage(text: String, _ table: Table, _ row: Int, from word: Int) {
        miss(text.utf8.count > (table.width - word - 1) * 8, table, row)
        stage(text.utf8, table, row, from: word)
    }

    // MARK: Reading

    /// The live settings that another server had; empty: they were not changed.
    var liveSettings: [String: String] { Self.values(text(layout.settings, 0)) }

    /// The limits that another server was held to by processes that still live.
    func leases(where lives: (ProcessID) -> Bool) -> [LiveLimits.Entry] {
        rows(layout.leases).compactMap { row in
            let pid = ProcessID(Int32(truncatingIfNeeded: self[layout.leases, row, 0]))
            guard pid.number != 0, lives(pid) else { return nil }
            return LiveLimits.Entry(
                pid: pid,
                user: UInt32(truncatingIfNeeded: self[layout.leases, row, 0] >> 32),
                values: Self.values(text(layout.leases, row, from: 2)),
                since: MonotonicTime(nanoseconds: Int64(bitPattern: self[layout.leases, row, 1]))
            )
        }
    }

    private static func text(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    private static func values(_ text: [UInt8]) -> [String: String] {
        var values: [String: String] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        return values
    }
}
