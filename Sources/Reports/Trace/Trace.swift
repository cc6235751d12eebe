internal import Vocabulary
package import Wire

/// A period of a pool's life: who held its tokens when, and what limited them.
///
/// Times are microseconds since the beginning. Every slice ends, at the latest with the trace.
package struct Trace: Equatable, Sendable {
    /// How long it is.
    package private(set) var length: Int64 = 0
    /// The builds in the order in which they got their first token.
    package private(set) var builds: [TraceBuild] = []
    /// The processes that had tokens, by their numbers.
    package private(set) var processes: [Int: TraceProcess] = [:]
    /// How many tokens might be out, were out, and were lent, from each time on.
    package private(set) var limit: [TracePoint] = []
    package private(set) var held: [TracePoint] = []
    package private(set) var lent: [TracePoint] = []
    /// The load average in hundredths, and the available memory in MiB.
    package private(set) var load: [TracePoint] = []
    package private(set) var memory: [TracePoint] = []
    /// When an admission rule held waiting processes back, and which.
    package private(set) var holdbacks: [TraceHoldback] = []
    /// False on a named pipe: then only the commands of with-steve have slices.
    package private(set) var holdersKnown = true

    private var open: [Int: [TraceSlice]] = [:]
    private var buildIndices: [String: Int] = [:]
    /// How many tokens each process has got, and the builds of those that it holds for others.
    private var counts: [Int: Int] = [:]
    private let owners: [Grant: String]

    /// The n-th token of a process.
    struct Grant: Hashable {
        let process: Int
        let number: Int
    }

    /// Pairs grants and returns.
    ///
    /// The tokens of one process are interchangeable: it returns the one that it has had the longest. A token
    /// that emerge holds for a package is the package's.
    package init(_ recording: TraceRecording) {
        self.init(recording, owners: [:])
        let owners = packagesOfDispatchers()
        if !owners.isEmpty { self.init(recording, owners: owners) }
    }

    private init(_ recording: TraceRecording, owners: [Grant: String]) {
        self.owners = owners
        length = max(0, recording.end - recording.begin)
        processes = recording.processes
        holdersKnown = recording.opening.out == nil
        limit = [TracePoint(time: 0, value: recording.opening.limit)]
        change(gate: recording.opening.gate, at: 0)
        for (process, count) in recording.held.sorted(by: { $0.key < $1.key }) where count > 0 {
            for _ in 0..<count { begin(process, at: 0, wasOpen: true) }
        }
        if holdersKnown {
            held = [TracePoint(time: 0, value: recording.held.values.reduce(0) { $0 + max(0, $1) })]
        } else {
            held = [TracePoint(time: 0, value: recording.opening.out ?? 0)]
        }
        for event in recording.events { take(event) }
        for process in open.keys.sorted() { finish(process, open[process]?.count ?? 0, .open, at: length) }
        change(gate: 0, at: length)
    }

    private mutating func take(_ event: TokenEvent) {
        let time = event.time
        switch event.kind {
        case .granted:
            for _ in 0..<event.value { begin(event.process, at: time, wasOpen: false) }
            count(event.value, at: time)
        case .returned: count(-finish(event.process, event.value, .returned, at: time), at: time)
        case .reclaimed: count(-finish(event.process, event.value, .reclaimed, at: time), at: time)
        case .lent, .unpaid: lent.step(to: (lent.last?.value ?? 0) + 1, at: time)
        case .repaid, .lapsed: lent.step(to: max(0, (lent.last?.value ?? 0) - 1), at: time)
        case .limit: limit.step(to: event.value, at: time)
        case .gate: change(gate: event.value, at: time)
        case .load: load.step(to: event.value, at: time)
        case .memory: memory.step(to: event.value, at: time)
        case .out: held.step(to: event.value, at: time)
        }
    }

    /// On a named pipe the daemon reports the number of tokens out, so it is not counted.
    private mutating func count(_ change: Int, at time: Int64) {
        if holdersKnown { held.step(to: (held.last?.value ?? 0) + change, at: time) }
    }

    private mutating func begin(_ process: Int, at time: Int64, wasOpen: Bool) {
        let grant = Grant(process: process, number: counts[process, default: 0])
        counts[process] = grant.number + 1
        let build = index(ofBuild: owners[grant] ?? processes[process]?.build ?? "")
        let lane = builds[build].takeLane()
        let slice = TraceSlice(begin: time, process: process, build: build, lane: lane, wasOpen: wasOpen)
        open[process, default: []].append(slice)
    }

    /// Ends slices of a process, the oldest first, and says how many there were to end.
    @discardableResult
    private mutating func finish(
        _ process: Int,
        _ count: Int,
        _ ending: TraceSlice.Ending,
        at time: Int64
    ) -> Int {
        let ended = open[process, default: []].prefix(count)
        for var slice in ended {
            slice.end = time
            slice.ending = ending
            builds[slice.build].add(slice)
        }
        open[process]?.removeFirst(ended.count)
        return ended.count
    }

    private mutating func index(ofBuild label: String) -> Int {
        if let index = buildIndices[label] { return index }
        buildIndices[label] = builds.count
        builds.append(TraceBuild(label: label.isEmpty ? "not known" : label))
        return builds.count - 1
    }

    private mutating func change(gate number: Int, at time: Int64) {
        if let last = holdbacks.last, last.end == nil {
            holdbacks[holdbacks.count - 1].end = time
            if last.begin == time { holdbacks.removeLast() }
        }
        if number > 0 { holdbacks.append(TraceHoldback(rule: TraceHoldback.name(number), begin: time)) }
    }
}

/// A time as people write it: `90`, `90s`, `30m`, `1.5h`.
package struct TimeSpan: Equatable, Sendable {
    package let seconds: Double

    /// The form in which people see it.
    package static let rule = "a time such as 90s, 30m or 2h"

    package init?(_ text: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Double(plain: unit == nil ? text[...] : text.dropLast()), number >= 0,
            number <= 1e8
        else {
            return nil
        }
        seconds = number * (unit ?? 1)
    }
}
