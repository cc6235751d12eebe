/// The command line of stevie, the client of the C++ steve, so that scripts that were written for it go on
/// working.
package struct StevieLine: Equatable, Sendable {
    /// One option, in the order in which they stand.
    package enum Step: Equatable, Sendable {
        /// How many tokens are free.
        case tokens
        /// A setting's value.
        case get(String)
        case set(String, String)
    }

    package private(set) var steps: [Step] = []
    /// The command behind the options, which gets a token; empty if there is none.
    package private(set) var command: [String] = []

    /// The settings that stevie knows.
    package static let settings = [
        "jobs", "min-jobs", "load-average", "load-recheck-timeout", "min-memory-avail", "per-process-limit",
    ]

    /// Reads the words behind the program's name.
    package init(_ words: [String]) throws(StevieError) {
        var rest = words[...]
        while let word = rest.first, word.hasPrefix("-"), word != "--" {
            rest = rest.dropFirst()
            steps.append(try Self.step(word, &rest))
        }
        command = Array(rest.first == "--" ? rest.dropFirst() : rest)
        guard !steps.isEmpty || !command.isEmpty else { throw .nothing }
    }

    private static func step(_ word: String, _ rest: inout ArraySlice<String>) throws(StevieError) -> Step {
        if word == "-t" || word == "--get-tokens" { return .tokens }
        if word.hasPrefix("--get-"), settings.contains(String(word.dropFirst(6))) {
            return .get(String(word.dropFirst(6)))
        }
        let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init
        )
        guard word.hasPrefix("--set-"), settings.contains(String(halves[0].dropFirst(6))) else {
            throw .unknown(word)
        }
        guard let value = halves.count > 1 ? halves[1] : rest.popFirst() else { throw .noValue(word) }
        return .set(String(halves[0].dropFirst(6)), value)
    }

    /// What stevie prints for a setting: -1 for a limit that is off, where steve says 0.
    package static func text(of setting: String, _ value: String) -> String {
        value == "0" && (setting == "load-average" || setting == "min-memory-avail") ? "-1" : value
    }

    /// What steve takes for a value of stevie's: limits below zero are off.
    package static func value(_ text: String, for setting: String) -> String {
        setting == "per-process-limit" && (Int(text) ?? 0) < 0 ? "0" : text
    }
}

/// Why a command line of stevie's cannot be understood.
package enum StevieError: Error, Equatable, CustomStringConvertible {
    case unknown(String)
    case noValue(String)
    case nothing

    package var description: String {
        switch self {
        case .unknown(let word): "there is no option '\(word.printable)'"
        case .noValue(let word): "\(word.printable) has no value"
        case .nothing: "there is nothing to do"
        }
    }
}
