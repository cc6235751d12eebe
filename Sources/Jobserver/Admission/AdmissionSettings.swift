/// Which rules hold tokens back, and their limits; a rule without a limit is off.
package struct AdmissionSettings: Equatable, Sendable {
    /// Never more tokens out than this.
    package var jobs: Int
    /// The limit of the load average of one minute.
    package var maxLoad: Double?
    /// How old a sample may be before a rule wants another.
    package var recheckNanoseconds: Int64 = 500_000_000

    package init(jobs: Int) {
        self.jobs = jobs
    }
}
