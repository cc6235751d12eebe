package import Wire

/// The report's figures as words, for the table and the screen.
extension StatusReport {
    var deviceText: String {
        "\(path) (\(backend.rawValue)), steve \(version), up \(Figures.age(uptime))"
    }

    var gateText: String { gate.open ? "open" : gate.text }

    var loadText: String {
        "\(Figures.short(load.oneMinute)), " + (load.limit.map { "limit \(Figures.short($0))" } ?? "no limit")
    }

    var memoryText: String {
        "\(Figures.memory(mebibytes: memory.available)) available, "
            + (memory.limit.map { "floor \(Figures.memory(mebibytes: $0))" } ?? "no floor")
    }
}

extension StatusReport.Limit {
    /// `jobs 5, load-average 8 while PID 4711 lives (emerge), for 2m 10s`.
    package var text: String {
        let limits = values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return
            "\(limits.joined(separator: ", ")) while PID \(pid) lives (\(command)), for \(Figures.age(since))"
            + (user.map { ", by user \($0)" } ?? "")
    }
}

extension StatusReport.Takeovers {
    /// `taken over 3 times, the last 5s ago: the one before was killed by signal 9`.
    var text: String {
        let times = count == 1 ? "once" : "\(count) times, the last"
        return "taken over \(times) \(Figures.age(since)) ago: the one before \(reason)"
    }
}
