/// One thing that a daemon can be told: `--load-average`, `STEVE_LOAD_AVERAGE`, `load-average` of the control
/// socket.
package struct Setting: Sendable {
    typealias Field<Value> = any WritableKeyPath<Settings, Value> & Sendable

    /// The long option without its dashes.
    package let name: String
    /// The short option.
    package let letter: Character?
    /// What the help calls the value; nil for a flag.
    package let valueName: String?
    /// The allowed values, in words that follow "is not".
    package let range: String
    /// A sentence for the help.
    package let help: String
    /// Whether it may change while the daemon runs.
    package let isLive: Bool

    /// Puts a value in place, or returns false when the text is out of range.
    let apply: @Sendable (inout Settings, String) -> Bool
    /// The value as `apply` would read it back.
    package let text: @Sendable (Settings) -> String

    /// Ties a name to a field; `parse` returns nil for a value out of range.
    init<Value>(
        _ name: String,
        _ letter: Character?,
        _ valueName: String?,
        _ field: Field<Value>,
        _ range: String,
        _ help: String,
        isLive: Bool,
        parse: @escaping @Sendable (String) -> Value?,
        print: @escaping @Sendable (Value) -> String
    ) {
        self.name = name
        self.letter = letter
        self.valueName = valueName
        self.range = range
        self.help = help
        self.isLive = isLive
        apply = { settings, text in
            guard let value = parse(text) else { return false }
            settings[keyPath: field] = value
            return true
        }
        text = { print($0[keyPath: field]) }
    }

    /// The environment variable and the key in the settings file.
    package var variable: String { "STEVE_" + name.uppercased().map { $0 == "-" ? "_" : $0 } }
}

/// A setting that is refused, with its place and what would be right.
package enum SettingError: Error, Equatable, CustomStringConvertible {
    /// `allowed` follows "is not".
    case badValue(place: String, text: String, allowed: String)
    /// There is no such setting.
    case unknown(name: String)
    /// It needs a new daemon.
    case notWhileRunning(name: String)
    /// It is no limit that `stevectl limit` could tighten.
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
