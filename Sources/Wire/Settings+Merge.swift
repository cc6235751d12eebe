extension Settings {
    /// The settings that hold: option before environment variable before file before default.
    ///
    /// A variable or a line with an empty value sets nothing.
    package static func merge(
        cpus: Int,
        file: [SettingAssignment] = [],
        environment: [String: String] = [:],
        options: [SettingAssignment] = []
    ) throws(SettingError) -> Settings {
        var settings = Settings(cpus: cpus)
        for assignment in file + assignments(in: environment) where !assignment.text.isEmpty {
            try settings.apply(assignment)
        }
        for option in options {
            try settings.apply(option)
        }
        return settings
    }

    /// The settings after one more value.
    package mutating func apply(_ assignment: SettingAssignment) throws(SettingError) {
        guard let setting = Setting.named(assignment.setting) else {
            throw .unknown(name: assignment.setting)
        }
        guard setting.apply(&self, assignment.text) else {
            let place = assignment.source.place(of: setting)
            throw .badValue(place: place, text: assignment.text, allowed: setting.range)
        }
        sources[setting.name] = assignment.source
    }

    /// The settings after all of `values`, which somebody sends while the daemon runs, or an error and no
    /// change.
    package func changing(_ values: [String: String]) throws(SettingError) -> Settings {
        var changed = self
        for (name, text) in values.sorted(by: { $0.key < $1.key }) {
            if let setting = Setting.named(name), !setting.isLive { throw .notWhileRunning(name: name) }
            try changed.apply(SettingAssignment(name, text, from: .control))
        }
        return changed
    }

    /// Every setting as text, by its name.
    package var values: [String: String] {
        Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.name, $0.text(self)) })
    }

    private static func assignments(in environment: [String: String]) -> [SettingAssignment] {
        Setting.all.compactMap { setting in
            environment[setting.variable].map { SettingAssignment(setting.name, $0, from: .environment) }
        }
    }
}
