/// The settings that a wrapper was given for a daemon that may run already.
package struct DaemonRequest: Sendable {
    private let assignments: [SettingAssignment]

    /// The settings as they were given; each must have been accepted by `Settings.merge`.
    package init(_ assignments: [SettingAssignment]) {
        self.assignments = assignments
    }

    /// The options of a daemon that is to have them.
    package var options: [String] {
        assignments.map { assignment in
            let isFlag = Setting.named(assignment.setting)?.valueName == nil
            return "--\(assignment.setting)" + (isFlag ? "" : "=\(assignment.text)")
        }
    }

    /// A sentence when a daemon runs already and has other settings than these: it keeps its own.
    package func warning(running: [String: String], backend: Backend) -> String? {
        var wanted = Settings(cpus: 1)
        for assignment in assignments { try? wanted.apply(assignment) }
        let differences = assignments.compactMap { assignment -> String? in
            let name = assignment.setting
            guard let text = wanted.values[name] else { return nil }
            let has = name == "backend" ? backend.rawValue : running[name] ?? text
            guard has != text, text != BackendChoice.auto.rawValue else { return nil }
            return "\(name) \(has), not \(text)"
        }
        guard !differences.isEmpty else { return nil }
        return "steve runs already, with \(differences.joined(separator: "; ")): it stays so"
    }
}
