internal import Jobserver
internal import Linux
internal import Wire

/// Asks the admission rules, and samples the machine for them: only while a rule wants it and somebody waits.
struct Gate {
    init(_ settings: Settings) {
    }

    mutating func change(to settings: Settings) {
    }

    /// When to look at the machine next; nil: never, as things are.
    func nextSample(_ demand: Demand) -> MonotonicTime? {
        nil
    }

    /// How many tokens may be out from now on; nil: no news.
    mutating func sample(_ demand: Demand, at now: MonotonicTime) -> Int? {
        nil
    }
}
