internal import Vocabulary
package import Wire

extension StatusReport {
    /// Why somebody has waited so long for a slot, and who has the tokens: one sentence.
    package func reasonToWait(seconds: Int) -> String {
        let head = "no free token for \(seconds) s: "
        guard gate.open || gate.rule == GateRule.jobs.rawValue || gate.rule.isEmpty else {
            return head + gate.text
        }
        let most = holders.sorted { $0.tokens > $1.tokens }
        var parts = most.prefix(Self.named).map {
            "\($0.tokens) \($0.tokens == 1 ? "is" : "are") with PID \($0.pid) (\($0.command.prefix(60)))"
        }
        let rest = held - most.prefix(Self.named).reduce(0) { $0 + $1.tokens }
        if rest > 0 {
            parts.append("\(rest) with others" + (holdersKnown ? "" : ", whom a pipe does not tell"))
        }
        let who = parts.isEmpty ? "none is out" : parts.joined(separator: ", ")
        return head + "of \(limit), \(who); \(waiting) wait (stevectl status)"
    }

    /// How many holders are named.
    private static let named = 3
}
