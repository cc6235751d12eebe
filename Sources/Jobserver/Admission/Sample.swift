/// The machine's state at one moment; nil for a value that nobody needs or the kernel does not tell.
package struct Sample: Equatable, Sendable {
    /// The first field of /proc/loadavg: the mean of one minute.
    package var loadAverage: Double?
    /// The fourth field of /proc/loadavg before its slash: tasks that run or want to, the reader among them.
    package var runningTasks: Int?
    /// MemAvailable of /proc/meminfo, or the cgroup's room when that is smaller.
    package var memoryAvailableBytes: Int?
    /// `some avg10` of /proc/pressure/cpu and /proc/pressure/memory, in per cent.
    package var cpuPressure: Double?
    package var memoryPressure: Double?
    /// What each holder has running; only the memory rule asks.
    package var holders: [HolderUsage] = []

    package init() {}
}

/// A holder's tokens, and what it does with them.
package struct HolderUsage: Equatable, Sendable {
    package let tokens: Int
    /// Each child of the holder with all that hangs below it; the holder itself where it has no child.
    package let jobs: [JobUsage]
    /// The package that it builds, `category/package`; nil: none.
    package let package: String?

    package init(tokens: Int, jobs: [JobUsage], package: String? = nil) {
        self.tokens = tokens
        self.package = package
        self.jobs = jobs
    }
}

/// One job of a holder: a process and its descendants.
package struct JobUsage: Equatable, Sendable {
    /// Names the process once and for all: its pid and start time, hashed.
    package let identity: UInt64
    /// The command name of its biggest process.
    package let command: String
    /// How long it has been running.
    package let ageNanoseconds: Int64
    /// The sum of the resident sets.
    package let residentBytes: Int

    package init(identity: UInt64, command: String, ageNanoseconds: Int64, residentBytes: Int) {
        self.identity = identity
        self.command = command
        self.ageNanoseconds = ageNanoseconds
        self.residentBytes = residentBytes
    }
}
