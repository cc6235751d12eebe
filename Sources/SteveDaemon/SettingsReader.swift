internal import Linux
internal import SystemPackage
package import Wire

/// Puts the settings together from their sources, at the start and at each SIGHUP.
package struct SettingsReader {
    private let path: String?
    private let options: [SettingAssignment]
    /// The environment as it was at the start.
    package let environment: [String: String]

    /// `path` is the file that the user named: it must exist.
    package init(path: String?, options: [SettingAssignment]) {
        self.path = path
        self.options = options
        environment = Environment.current
    }

    /// The folder of the file that is read, and the folder of its target if it is a link.
    package var folders: [String] {
        let file = path ?? SettingsFile.standardPath
        return Set([file, (try? realPath(file)) ?? file]).map { file in
            file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
        }
    }

    /// The settings that hold now.
    package func read() throws(ConfigurationError) -> Settings {
        let file = try file()
        let settings: Settings
        do throws(SettingError) {
            settings = try Settings.merge(
                cpus: CPUCount.usable,
                file: file,
                environment: environment,
                options: options
            )
        } catch {
            throw .setting(error)
        }
        if let unusable = settings.unusable { throw .unusable(unusable) }
        return settings
    }

    private func file() throws(ConfigurationError) -> [SettingAssignment] {
        guard let bytes = try contents(of: path ?? SettingsFile.standardPath) else { return [] }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .notText(path: path ?? SettingsFile.standardPath)
        }
        do throws(SettingError) {
            return try SettingsFile.parse(text, path: path ?? SettingsFile.standardPath)
        } catch {
            throw .setting(error)
        }
    }

    /// The file's bytes; nil where the standard file does not exist.
    private func contents(of path: String) throws(ConfigurationError) -> [UInt8]? {
        do throws(Errno) {
            return try readWhole(path, limit: 1 << 20)
        } catch {
            guard error == .noSuchFileOrDirectory, self.path == nil else { throw .file(path: path, error) }
            return nil
        }
    }
}
