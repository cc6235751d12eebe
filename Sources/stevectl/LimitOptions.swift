internal import ArgumentParser
internal import Options
internal import Wire

/// The limits that can be made stricter for a while, as text: `Wire` knows the ranges and the errors.
struct LimitOptions: ParsableArguments {
    @Option(name: .setting("jobs"), help: .setting("jobs")) var jobs: String?
    @Option(name: .setting("load-average"), help: .setting("load-average")) var loadAverage: String?
    @Option(name: .setting("min-memory-avail"), help: .setting("min-memory-avail")) var minMemoryAvail:
        String?
    @Option(name: .setting("max-pressure"), help: .setting("max-pressure")) var maxPressure: String?
    @Option(name: .setting("ramp"), help: .setting("ramp")) var ramp: String?
    @Option(name: .setting("per-process-limit"), help: .setting("per-process-limit")) var perProcessLimit:
        String?
    @Option(name: .setting("per-build-limit"), help: .setting("per-build-limit")) var perBuildLimit: String?

    /// What was given, by the settings' names.
    var values: [String: String] {
        let all = [
            "jobs": jobs, "load-average": loadAverage, "min-memory-avail": minMemoryAvail,
            "max-pressure": maxPressure, "ramp": ramp, "per-process-limit": perProcessLimit,
            "per-build-limit": perBuildLimit,
        ]
        return all.compactMapValues(\.self)
    }

    func validate() throws {
        guard !values.isEmpty else { throw ValidationError("there is no limit, such as --jobs 5") }
        do throws(SettingError) {
            _ = try Settings(cpus: 1).tightened(by: values)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
