/// What /proc/loadavg says of the whole machine.
package struct LoadAverage: Hashable, Sendable {
    /// The mean number of runnable and disk-waiting tasks over about a minute.
    package let oneMinute: Double
    /// Tasks that are runnable now, the reader of this among them.
    package let running: Int
    /// All tasks.
    package let total: Int

    package init(oneMinute: Double, running: Int, total: Int) {
        self.oneMinute = oneMinute
        self.running = running
        self.total = total
    }

    /// Reads the line of /proc/loadavg, nil when it is not such a line.
    package init?(parsing text: Span<UInt8>) {
        guard let oneMinute = text.decimal(at: 0),
            let tasks = text.field(3, from: 0),
            let slash = text.firstIndex(of: UInt8(ascii: "/"), from: tasks),
            let running: Int = text.integer(at: tasks),
            let total: Int = text.integer(at: slash + 1)
        else { return nil }
        self.init(oneMinute: oneMinute, running: running, total: total)
    }
}
