/// The rules that can hold the next token back, as `status` names them.
package enum GateRule: String, CaseIterable, Sendable {
    case jobs, load, running, memory, pressure, ramp
}

/// What the strictest rule says.
package struct GateState: Equatable, Sendable, CustomStringConvertible {
    /// The strictest rule.
    package let rule: GateRule
    /// Whether it holds the next token back.
    package let isHolding: Bool
    /// What it measured, and its limit: "load 33.10, limit 32.00".
    package let measure: String

    package var description: String {
        isHolding ? "held back by \(rule.rawValue): \(measure)" : "open: \(measure)"
    }
}
