/// A setting that cannot be taken, with its place and what would be right.
package enum SettingError: Error, Equatable, CustomStringConvertible {
    /// `allowed` follows "is not".
    case badValue(place: String, text: String, allowed: String)
    /// There is no such setting.
    case unknown(name: String)
    /// It needs a new daemon.
    case notWhileRunning(name: String)
    /// It is no limit that could be tightened for a while.
    case noLimit(name: String)
    /// A line of the settings file.
    case badLine(path: String, line: Int, why: String)

    package var description: String {
        switch self {
        case .badValue(let place, let text, let allowed): "\(place): \"\(text.printable)\" is not \(allowed)"
        case .unknown(let name): "there is no setting \"\(name.printable)\" (steve --help names them)"
        case .notWhileRunning(let name): "\(name) cannot change while steve runs: restart it"
        case .noLimit(let name): "\(name) is no limit: only set can change it"
        case .badLine(let path, let line, let why): "\(path), line \(line): \(why)"
        }
    }
}
