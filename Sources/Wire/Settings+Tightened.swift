extension Settings {
    /// The settings that a limit for a while may tighten, and no other.
    package static let tightenable = [
        "jobs", "load-average", "max-pressure", "min-memory-avail", "per-build-limit", "per-process-limit",
        "ramp",
    ]

    /// These settings, where each of `values` is stricter with that one in its place.
    package func tightened(by values: [String: String]) throws(SettingError) -> Settings {
        for name in values.keys.sorted() where Setting.named(name) != nil {
            guard Self.tightenable.contains(name) else { throw .noLimit(name: name) }
        }
        let wanted = try changing(values)
        var tight = self
        tight.jobs = min(jobs, wanted.jobs)
        tight.loadAverage = Self.lower(loadAverage, wanted.loadAverage)
        tight.maxPressure = Self.lower(maxPressure, wanted.maxPressure)
        tight.ramp = Self.lower(ramp, wanted.ramp)
        tight.perProcessLimit = Self.lower(perProcessLimit, wanted.perProcessLimit)
        tight.perBuildLimit = Self.lower(perBuildLimit, wanted.perBuildLimit)
        if let floor = wanted.minMemoryAvail {
            tight.minMemoryAvail = minMemoryAvail.map(floor.joined) ?? floor
        }
        return tight
    }

    /// The lower one of two limits; nil means no limit.
    private static func lower(_ one: Double?, _ other: Double?) -> Double? {
        [one, other].compactMap(\.self).min()
    }

    /// The lower one of two limits; 0 means no limit.
    private static func lower(_ one: Int, _ other: Int) -> Int {
        [one, other].filter { $0 > 0 }.min() ?? 0
    }
}
