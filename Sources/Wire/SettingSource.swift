/// Where a value came from; it is named in errors.
package enum SettingSource: Hashable, Sendable {
    case option
    case environment
    case file(path: String, line: Int)
    case control

    /// The place where this source sets `setting`.
    func place(of setting: Setting) -> String {
        switch self {
        case .option: "--\(setting.name)"
        case .environment: "environment variable \(setting.variable)"
        case .file(let path, let line): "\(path), line \(line): \(setting.variable)"
        case .control: setting.name
        }
    }
}

/// One value as somebody wrote it.
package struct SettingAssignment: Equatable, Sendable {
    package var setting: String
    package var text: String
    package var source: SettingSource

    /// Says that `source` sets the setting of that name to `text`.
    package init(_ setting: String, _ text: String, from source: SettingSource) {
        self.setting = setting
        self.text = text
        self.source = source
    }
}
