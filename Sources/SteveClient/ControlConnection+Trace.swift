package import Wire

extension ControlConnection {
    /// Where a trace of the last seconds, or from now on, begins.
    package mutating func trace(last seconds: Double?) throws(ControlFailure) -> TraceOpening {
        try perform(.trace(last: seconds)).trace
    }

    /// What happened from an event on, as far as it fits into one answer.
    package mutating func events(after number: Int, until end: Int?) throws(ControlFailure) -> TraceChunk {
        try performOnce(.events(after: number, until: end)).chunk
    }

    /// The learnt sizes of jobs; `forget` drops them.
    package mutating func sizes(forget: Bool) throws(ControlFailure) -> [JobSize] {
        try perform(.sizes(forget: forget)).sizes
    }

    /// The processes with these numbers, as far as the daemon remembers them.
    package mutating func processes(_ numbers: [Int]) throws(ControlFailure) -> [TraceProcess] {
        try performOnce(.processes(numbers)).processes
    }
}
