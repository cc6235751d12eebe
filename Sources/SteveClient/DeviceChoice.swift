internal import Linux
package import Wire

/// Which device one of our programs uses.
package enum DeviceChoice {
    /// The name that the options, else STEVE_DEV_NAME, else the settings file give, else `steve`.
    ///
    /// What else may be wrong with any of them is the daemon's to say.
    package static func name(
        _ options: [SettingAssignment],
        environment: [String: String]
    ) throws(SettingError) -> DeviceName {
        let environment = environment.filter { $0.key == "STEVE_DEV_NAME" }
        let options = options.filter { $0.setting == "dev-name" }
        return try Settings.merge(cpus: 1, file: fromFile, environment: environment, options: options)
            .deviceName
    }

    private static var fromFile: [SettingAssignment] {
        guard let bytes = try? readWhole(SettingsFile.standardPath, limit: 1 << 20) else { return [] }
        let text = String(decoding: bytes, as: UTF8.self)
        let all = (try? SettingsFile.parse(text, path: SettingsFile.standardPath)) ?? []
        return all.filter { $0.setting == "dev-name" }
    }
}
