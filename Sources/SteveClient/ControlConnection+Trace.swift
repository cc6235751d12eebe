package import Wire

extension ControlConnection {
    /// Where a trace of the last seconds, or from now on, begins.
    package mutating func trace(last seconds: Double?) throws(ControlFailure) -> TraceOpening {
        guard let opening = try perform(.trace(last: seconds)).trace else { throw missing("trace") }
        return opening
    }

    /// What happened from an event on, as far as it fits into one answer.
    package mutating func events(after number: Int, until end: Int?) throws(ControlFailure) -> TraceChunk {
        guard let chunk = try performOnce(.events(after: number, until: end)).chunk else {
            throw missing("chunk")
        }
        return chunk
    }

    /// What was learnt of the sizes of jobs; `forget` drops it.
    package mutating func sizes(forget: Bool) throws(ControlFailure) -> [JobSize] {
        guard let sizes = try perform(.sizes(forget: forget)).sizes else { throw missing("sizes") }
        return sizes
    }

    /// Who these are, as far as the daemon remembers.
    package mutating func processes(_ numbers: [Int]) throws(ControlFailure) -> [TraceProcess] {
        guard let processes = try performOnce(.processes(numbers)).processes else {
            throw missing("processes")
        }
        return processes
    }
}
