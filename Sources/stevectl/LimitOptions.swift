internal import ArgumentParser
internal import Options
internal import Wire

/// The limits that can be made stricter for a while, as text: `Wire` knows the ranges and the errors.
struct LimitOptions: ParsableArguments {
    @Option(name: .setting("jobs"), help: .limit("jobs")) var jobs: String?
    @Option(name: .setting("load-average"), help: .limit("load-average")) var loadAverage: String?
    @Option(name: .setting("min-memory-avail"), help: .limit("min-memory-avail")) var minMemoryAvail: String?
    @Option(name: .setting("max-pressure"), help: .limit("max-pressure")) var maxPressure: String?
    @Option(name: .setting("ramp"), help: .limit("ramp")) var ramp: String?
    @Option(name: .setting("per-process-limit"), help: .limit("per-process-limit")) var perProcessLimit:
        String?
    @Option(name: .setting("per-build-limit"), help: .limit("per-build-limit")) var perBuildLimit: String?

    /// The given limits, by the settings' names.
    var values: [String: String] {
        let all = [
            "jobs": jobs, "load-average": loadAverage, "min-memory-avail": minMemoryAvail,
            "max-pressure": maxPressure, "ramp": ramp, "per-process-limit": perProcessLimit,
            "per-build-limit": perBuildLimit,
        ]
        return all.compactMapValues(\.self)
    }

    /// Reports wrong values; see `SettingOptions.check` for why this is no validation of the group.
    func check() throws {
        guard !values.isEmpty else { throw ValidationError("there is no limit, such as --jobs 5") }
        do throws(SettingError) {
            _ = try Settings(cpus: 1).tightened(by: values)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

extension ArgumentHelp {
    /// The help of the table, without the daemon's default: here nothing is the default.
    fileprivate static func limit(_ name: String) -> ArgumentHelp {
        let setting = Setting.named(name)
        let sentence = (setting?.help ?? "").prefix { $0 != "(" }
        return ArgumentHelp("\(sentence.dropLast()).", valueName: setting?.valueName)
    }
}
