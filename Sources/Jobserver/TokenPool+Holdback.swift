internal import Vocabulary

extension TokenPool {
    /// Which rule keeps the waiting clients waiting; `gate` is the strictest admission rule now.
    mutating func holdback(gate: GateRule) -> GateRule? {
        guard isAnyoneWaiting else { return nil }
        guard free > 0 else { return .jobs }
        guard !isHeldBack else { return gate }
        // A build that is left in the queue may not take the free tokens; one that has its share is not
        // in it.
        return !accounts.queue.isEmpty || limits.perBuild == 0 && limits.perProcess == 0 ? .reserve : .share
    }

    /// Why the waiting clients wait: what the gate says, if it applies with this few tokens out, or, if it is
    /// open, what the pool keeps them from.
    package mutating func state(behind gate: GateState) -> GateState {
        let gate = gate.isHolding && room > 0 ? gate.opened : gate
        guard !gate.isHolding, let rule = holdback(gate: gate.rule) else { return gate }
        switch rule {
        case .reserve:
            let kept = accounts.reserve(from: .keeping)
            let whom = limits.reserve == nil ? "from builds that give none back" : "for builds that hold none"
            return GateState(rule: rule, isHolding: true, measure: "\(kept) of \(limits.jobs) kept \(whom)")
        case .share:
            let shares = [("process", limits.perProcess), ("build", limits.perBuild)].filter { $0.1 > 0 }
            let most = shares.map { "at most \($0.1) a \($0.0)" }.joined(separator: ", ")
            return GateState(rule: rule, isHolding: true, measure: most)
        case .jobs, .load, .running, .memory, .pressure, .ramp: return gate
        }
    }
}
