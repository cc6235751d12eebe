/// All that a daemon can be told; names and ranges are in `Setting.all`.
package struct Settings: Equatable, Sendable {
    package var jobs: Int
    package var minJobs = 1
    /// Nil: no limit.
    package var loadAverage: Double?
    package var loadSource = LoadSource.average
    package var loadRecheckTimeout = Duration.milliseconds(500)
    /// Nil: no limit.
    package var minMemoryAvail: MemoryFloor?
    /// MiB; nil: learnt.
    package var memoryPerJob: Double?
    package var memorySettle = Duration.seconds(20)
    /// Per cent; nil: no limit.
    package var maxPressure: Double?
    /// Grants a second and CPU; nil: no limit.
    package var ramp: Double?
    /// 0: no limit.
    package var perProcessLimit = 0
    /// 0: no limit.
    package var perBuildLimit = 0
    package var reserve: Int?
    /// Each is `PATTERN=WEIGHT`; the last pattern that matches counts.
    package var weights: [String] = []
    package var deviceName = DeviceName.steve
    package var backend = BackendChoice.auto
    package var user: String?
    package var group: String? = "jobserver"
    package var mode: UInt32 = 0o660
    /// Nil: only root and the daemon's own user change settings.
    package var controlGroup: String?
    package var linger = Duration.zero
    package var drain = Duration.zero
    package var verbose = false
    package var debug = false

    /// Who set each value; a setting that is not here has its default.
    package internal(set) var sources: [String: SettingSource] = [:]

    /// The defaults on a machine where this process may use `cpus` processors.
    package init(cpus: Int) {
        jobs = max(1, cpus)
    }

    /// These settings with those of `other` that may change while the daemon runs.
    package func takingLive(from other: Settings) -> Settings {
        var taken = self
        for setting in Setting.all where setting.isLive {
            _ = setting.apply(&taken, setting.text(other))
            taken.sources[setting.name] = other.sources[setting.name]
        }
        return taken
    }

    /// One sentence for each value that is legal but has no effect.
    package var warnings: [String] {
        var warnings: [String] = []
        if minJobs > jobs {
            warnings.append(
                "min-jobs \(minJobs) is above jobs \(jobs): no more than \(jobs) are ever granted"
            )
        }
        if let reserve, reserve >= jobs, jobs > 1 {
            warnings.append(
                "reserve \(reserve) is not below jobs \(jobs): no build gets a second token beside others"
            )
        }
        if minMemoryAvail == nil, memoryPerJob != nil {
            warnings.append("memory-per-job has no effect without min-memory-avail")
        }
        if loadAverage == nil, loadSource != .average {
            warnings.append("load-source has no effect without load-average")
        }
        return warnings
    }
}
