package import SystemPackage
package import Wire

/// Why the settings cannot be read.
package enum ConfigurationError: Error, CustomStringConvertible {
    case setting(SettingError)
    case file(path: String, Errno)
    case notText(path: String)
    case unusable(String)

    package var description: String {
        switch self {
        case .setting(let error): "\(error)"
        case .file(let path, let errno): "cannot read the settings in \(path): \(errno)"
        case .notText(let path): "cannot read the settings in \(path): this is not UTF-8 text"
        case .unusable(let sentence): sentence
        }
    }
}
