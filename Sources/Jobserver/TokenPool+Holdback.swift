internal import Vocabulary

extension TokenPool {
    /// What keeps those waiting who wait; `gate` is the admission rule that is the strictest now.
    mutating func holdback(gate: GateRule) -> GateRule? {
        guard isAnyoneWaiting else { return nil }
        guard free > 0 else { return .jobs }
        guard !isHeldBack else { return gate }
        // Who is left in the queue now may not take what there is; who has his share is not even in it.
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
