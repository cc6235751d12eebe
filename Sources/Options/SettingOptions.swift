package import ArgumentParser
package import Wire

/// Every setting as an option, kept as text: `Wire` knows the ranges, the errors and the help.
package struct SettingOptions: ParsableArguments {
    @Option(name: .setting("jobs"), help: .setting("jobs")) var jobs: String?
    @Option(name: .setting("min-jobs"), help: .setting("min-jobs")) var minJobs: String?
    @Option(name: .setting("load-average"), parsing: .unconditional, help: .setting("load-average"))
    var loadAverage: String?
    @Option(name: .setting("load-recheck-timeout"), help: .setting("load-recheck-timeout")) var loadRecheck:
        String?
    @Option(name: .setting("load-source"), help: .setting("load-source")) var loadSource: String?
    @Option(name: .setting("min-memory-avail"), parsing: .unconditional, help: .setting("min-memory-avail"))
    var minMemoryAvail: String?
    @Option(name: .setting("memory-per-job"), parsing: .unconditional, help: .setting("memory-per-job"))
    var memoryPerJob: String?
    @Option(name: .setting("memory-settle"), help: .setting("memory-settle")) var memorySettle: String?
    @Option(name: .setting("max-pressure"), parsing: .unconditional, help: .setting("max-pressure"))
    var maxPressure: String?
    @Option(name: .setting("ramp"), parsing: .unconditional, help: .setting("ramp")) var ramp: String?
    @Option(name: .setting("per-process-limit"), help: .setting("per-process-limit")) var perProcessLimit:
        String?
    @Option(name: .setting("per-build-limit"), help: .setting("per-build-limit")) var perBuildLimit: String?
    @Option(name: .setting("reserve"), help: .setting("reserve")) var reserve: String?
    @Option(name: .setting("weight"), help: .setting("weight")) var weight: [String] = []
    @Option(name: .setting("dev-name"), help: .setting("dev-name")) var devName: String?
    @Option(name: .setting("backend"), help: .setting("backend")) var backend: String?
    @Option(name: .setting("user"), help: .setting("user")) var user: String?
    @Option(name: .setting("group"), help: .setting("group")) var group: String?
    @Option(name: .setting("mode"), help: .setting("mode")) var mode: String?
    @Option(name: .setting("control-group"), help: .setting("control-group")) var controlGroup: String?
    @Option(name: .setting("linger"), help: .setting("linger")) var linger: String?
    @Option(name: .setting("drain"), help: .setting("drain")) var drain: String?
    @Flag(name: .setting("verbose"), help: .setting("verbose")) var verbose = false
    @Flag(name: .setting("debug"), help: .setting("debug")) var debug = false

    package init() {}

    /// What was given.
    package var assignments: [SettingAssignment] {
        let given: [(name: String, text: String?)] = [
            ("jobs", jobs), ("min-jobs", minJobs), ("load-average", loadAverage),
            ("load-recheck-timeout", loadRecheck), ("load-source", loadSource),
            ("min-memory-avail", minMemoryAvail), ("memory-per-job", memoryPerJob),
            ("memory-settle", memorySettle), ("max-pressure", maxPressure), ("ramp", ramp),
            ("per-process-limit", perProcessLimit), ("per-build-limit", perBuildLimit), ("reserve", reserve),
            ("weight", weight.isEmpty ? nil : weight.joined(separator: " ")), ("dev-name", devName),
            ("backend", backend),
            ("user", user),
            ("group", group), ("mode", mode), ("control-group", controlGroup), ("linger", linger),
            ("drain", drain),
            ("verbose", verbose ? "yes" : nil), ("debug", debug ? "yes" : nil),
        ]
        return given.compactMap { name, text in text.map { SettingAssignment(name, $0, from: .option) } }
    }

    /// Reports wrong values.
    ///
    /// This is not an option group's own validation: if that fails, ArgumentParser prints its help and
    /// succeeds when a wrapped command has a `--help` among its words.
    package func check() throws {
        do throws(SettingError) {
            _ = try Settings.merge(cpus: 1, options: assignments)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

extension NameSpecification {
    /// The long name and, where there is one, the letter: `-j 8` and `-j8`.
    package static func setting(_ name: String) -> NameSpecification {
        let setting = Setting.named(name)
        let letter = setting?.letter.map {
            NameSpecification.Element.customShort($0, allowingJoined: setting?.valueName != nil)
        }
        return NameSpecification([letter, .customLong(name)].compactMap(\.self))
    }
}

extension ArgumentHelp {
    /// The help of the table.
    fileprivate static func setting(_ name: String) -> ArgumentHelp {
        let setting = Setting.named(name)
        return ArgumentHelp(setting?.help ?? "", valueName: setting?.valueName)
    }
}
