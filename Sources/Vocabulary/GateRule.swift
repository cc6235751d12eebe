/// The rules that can hold the next token back, as `status` names them.
///
/// The last two are the pool's: `reserve` keeps tokens for builds that hold none, `share` is a limit for each
/// process or build.
package enum GateRule: String, CaseIterable, Sendable {
    case jobs, load, running, memory, pressure, ramp, reserve, share

    /// The number of a rule, or of none, in the events of a trace.
    ///
    /// `jobs` counts as none, because the tokens themselves show that all of them are out.
    package static func number(of rule: GateRule?) -> Int {
        switch rule {
        case nil, .jobs: 0
        case .load: 1
        case .running: 2
        case .memory: 3
        case .pressure: 4
        case .ramp: 5
        case .reserve: 6
        case .share: 7
        }
    }

    /// The rule of that number; nil: none, or one of a later version.
    package init?(number: Int) {
        guard let rule = Self.allCases.first(where: { number > 0 && Self.number(of: $0) == number }) else {
            return nil
        }
        self = rule
    }
}
