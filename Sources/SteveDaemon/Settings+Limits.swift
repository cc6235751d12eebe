internal import Jobserver
internal import Linux
internal import Wire

extension Limits {
    /// What the pool has to know of the settings.
    init(_ settings: Settings) {
        self.init(jobs: settings.jobs)
        minJobs = settings.minJobs
        perProcess = settings.perProcessLimit
        perBuild = settings.perBuildLimit
        reserve = settings.reserve
    }
}

extension AdmissionSettings {
    /// What the admission rules need from the settings, on a machine with this many CPUs and this much
    /// memory.
    init(_ settings: Settings, cpus: Int, memoryTotalBytes: Int?) {
        self.init(jobs: settings.jobs)
        maxLoad = settings.loadAverage
        loadSource =
            switch settings.loadSource {
            case .average: .average
            case .running: .running
            }
        minMemoryBytes = settings.minMemoryAvail.map {
            Self.bytes(mebibytes: $0.mebibytes(ofBytes: memoryTotalBytes ?? 0))
        }
        memoryPerJobBytes = settings.memoryPerJob.map(Self.bytes)
        memorySettleNanoseconds = settings.memorySettle.nanoseconds
        self.memoryTotalBytes = memoryTotalBytes
        maxPressure = settings.maxPressure
        ramp = settings.ramp
        self.cpus = cpus
        recheckNanoseconds = settings.loadRecheckTimeout.nanoseconds
    }

    private static func bytes(mebibytes: Double) -> Int { Int(mebibytes * 1_048_576) }
}

extension Settings {
    /// The weights by label; their form was checked.
    var weightRules: [WeightRule] { weights.compactMap(WeightRule.init) }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}

extension Settings {
    /// A sentence about a setting that is legal but makes no sense on this machine; nil: there is none.
    var unusable: String? {
        guard let floor = minMemoryAvail?.mebibytes, let total = try? ProcFS.memoryTotalBytes() else {
            return nil
        }
        let machine = total / 1_048_576
        guard floor >= Double(machine) else { return nil }
        return
            "min-memory-avail: \(Int(floor)) MiB is not below the \(machine) MiB that this machine has: nothing "
            + "would ever be granted"
    }
}
