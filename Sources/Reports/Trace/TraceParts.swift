internal import Vocabulary
internal import Wire

/// A time in which one process held one token.
package struct TraceSlice: Equatable, Sendable {
    /// How that time ended.
    package enum Ending: Int, Sendable {
        case returned = 0
        case reclaimed
        /// It had not come back when the trace ended.
        case open
    }

    package var begin: Int64
    package var end: Int64
    package let process: Int
    /// The place of its build among the builds, and its row there.
    package let build: Int
    package let lane: Int
    /// It was held already when the trace began.
    package let wasOpen: Bool
    package var ending = Ending.open
    /// For how many tokens, one after the other, it stands in a picture, and how long they were held.
    package var count = 1
    package var busy: Int64 = 0

    init(begin: Int64, process: Int, build: Int, lane: Int, wasOpen: Bool) {
        self.begin = begin
        end = begin
        self.process = process
        self.build = build
        self.lane = lane
        self.wasOpen = wasOpen
    }
}

/// The tokens of one build.
package struct TraceBuild: Equatable, Sendable {
    package let label: String
    /// How many tokens it held at a time at most, which is how many rows its slices need.
    package private(set) var lanes = 0
    /// In the order of their ends.
    package private(set) var slices: [TraceSlice] = []
    private var free: [Int] = []

    init(label: String) {
        self.label = label
    }

    /// The lowest row in which there is room.
    mutating func takeLane() -> Int {
        guard let lowest = free.indices.min(by: { free[$0] < free[$1] }) else {
            lanes += 1
            return lanes - 1
        }
        return free.remove(at: lowest)
    }

    mutating func add(_ slice: TraceSlice) {
        var slice = slice
        slice.busy = slice.end - slice.begin
        slices.append(slice)
        free.append(slice.lane)
    }
}

/// A measure from some time on.
package struct TracePoint: Equatable, Sendable {
    package var time: Int64
    package var value: Int

    package init(time: Int64, value: Int) {
        self.time = time
        self.value = value
    }
}

extension [TracePoint] {
    /// It has this value from then on; of several measures at one time the last counts.
    mutating func step(to value: Int, at time: Int64) {
        if last?.time == time { removeLast() }
        if last?.value != value { append(TracePoint(time: time, value: value)) }
    }
}

/// A time in which an admission rule held waiting processes back.
package struct TraceHoldback: Equatable, Sendable {
    package let rule: String
    package let begin: Int64
    package var end: Int64?

    /// The rule that a gate's event names.
    static func name(_ number: Int) -> String { GateRule(number: number)?.rawValue ?? "rule \(number)" }
}
