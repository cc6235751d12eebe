internal import Wire

/// The tokens as a bar: each build's under its letter, then those of unknown holders, then the free ones.
struct TokenBar {
    private let runs: [(letter: Character, tokens: Int)]
    private let tokens: Int

    init(_ report: StatusReport) {
        var runs = zip(report.builds.indices, report.builds).map { (Self.letter($0), $1.tokens) }
        let known = report.builds.reduce(0) { $0 + $1.tokens }
        runs.append(("#", max(0, report.held - known)))
        runs.append(("o", max(0, report.reserved)))
        self.runs = runs
        tokens = max(1, report.limit, runs.reduce(0) { $0 + $1.1 })
    }

    /// The letter of the build in this place.
    static func letter(_ index: Int) -> Character {
        index < 26 ? Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8(index))) : "+"
    }

    /// A column for each token, or for several if there are more tokens than columns.
    func text(width: Int) -> String {
        let columns = max(0, min(tokens, width))
        return String((0..<columns).map { owner(of: $0 * tokens / columns) })
    }

    private func owner(of token: Int) -> Character {
        var end = 0
        for run in runs {
            end += run.tokens
            if token < end { return run.letter }
        }
        return "."
    }
}
