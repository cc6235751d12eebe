internal import Jobserver
internal import Wire

extension Limits {
    /// What the pool has to know of the settings.
    init(_ settings: Settings) {
        self.init(jobs: settings.jobs)
        minJobs = settings.minJobs
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
