/// The rules that can hold the next token back, as `status` names them.
///
/// The last two are the pool's: `reserve` keeps tokens for builds that hold none, `share` is a limit for each process or build.
package enum GateRule: String, CaseIterable, Sendable {
    case jobs, load, running, memory, pressure, ramp, reserve, share
}

/// What the strictest rule says.
package struct GateState: Equatable, Sendable, CustomStringConvertible {
    /// The strictest rule.
    package let rule: GateRule
    /// Whether it holds the next token back.
    package let isHolding: Bool
    /// What it measured, and its limit: "load 33.10, limit 32.00".
    package let measure: String

    package init(rule: GateRule, isHolding: Bool, measure: String) {
        self.rule = rule
        self.isHolding = isHolding
        self.measure = measure
    }

    /// The same below `min-jobs`, where nobody asks it.
    package var opened: GateState { GateState(rule: rule, isHolding: false, measure: measure) }

    package var description: String {
        isHolding ? "held back by \(rule.rawValue): \(measure)" : "open: \(measure)"
    }
}
