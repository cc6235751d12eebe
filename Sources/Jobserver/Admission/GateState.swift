package import Vocabulary

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
