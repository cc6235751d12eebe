/// Which rules hold tokens back, and their limits; a rule without a limit is off.
package struct AdmissionSettings: Equatable, Sendable {
    /// Which measure counts as load.
    package enum LoadSource: Sendable {
        case average, running
    }

    /// Never more tokens out than this.
    package var jobs: Int
    /// The limit of the load.
    package var maxLoad: Double?
    /// What counts as load: the kernel's mean, or the tasks that run at the moment.
    package var loadSource = LoadSource.average
    /// The memory that must stay available, in bytes.
    package var minMemoryBytes: Int?
    /// The memory that one job is expected to use at its peak; nil: learnt.
    package var memoryPerJobBytes: Int?
    /// How long a job is expected to grow.
    package var memorySettleNanoseconds: Int64 = 20_000_000_000
    /// All of the machine's memory, which bounds the learnt sizes; nil: unknown.
    package var memoryTotalBytes: Int?
    /// The limit of PSI `some avg10` of cpu and of memory, in per cent.
    package var maxPressure: Double?
    /// Grants a second and CPU after a gate opens.
    package var ramp: Double?
    /// The CPUs that the ramp counts.
    package var cpus = 1
    /// How old a sample may be before a rule wants another.
    package var recheckNanoseconds: Int64 = 500_000_000

    package init(jobs: Int) {
        self.jobs = jobs
    }
}
