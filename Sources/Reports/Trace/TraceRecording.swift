package import Vocabulary
package import Wire

/// What the daemon tells about a period, as it arrives.
package struct TraceRecording: Sendable {
    /// When it begins and ends, in microseconds of the daemon's clock.
    package private(set) var begin: Int64
    package private(set) var end: Int64
    /// Every event, with microseconds since `begin`.
    package private(set) var events: [TokenEvent] = []
    /// The processes that had tokens, by their numbers.
    package private(set) var processes: [Int: TraceProcess] = [:]
    /// What held at the beginning.
    package let opening: TraceOpening
    /// How many tokens each process holds when the recording begins.
    package private(set) var held: [Int: Int] = [:]
    private var unknown: Set<Int> = []
    private var time: Int64

    /// Begins with the last seconds, or now.
    package init(_ opening: TraceOpening, last seconds: Double?) {
        self.opening = opening
        time = opening.time
        begin = max(opening.time, opening.now - Int64(((seconds ?? 0) * 1e6).rounded()))
        end = opening.now
        for index in stride(from: 0, to: opening.held.count - 1, by: 2) {
            held[opening.held[index]] = opening.held[index + 1]
            unknown.insert(opening.held[index])
        }
    }

    /// Takes in what happened next.
    ///
    /// Events before the opening's `end` are `past`: what a process got in them it did not hold at the
    /// beginning.
    package mutating func add(_ chunk: [TokenEvent], past: Bool) {
        for var event in chunk {
            time += event.time
            event.time = max(0, time - begin)
            events.append(event)
            guard event.kind.isOfProcess else { continue }
            if processes[event.process] == nil { unknown.insert(event.process) }
            guard past else { continue }
            switch event.kind {
            case .granted: held[event.process, default: 0] -= event.value
            case .returned, .reclaimed: held[event.process, default: 0] += event.value
            default: break
            }
        }
        end = max(end, time)
    }

    /// It ends this many microseconds after its opening, if not later.
    package mutating func ends(after microseconds: Int64) {
        end = max(end, opening.now + microseconds)
    }

    /// Some of the processes that nobody has been asked about yet; each is returned once.
    package mutating func nextUnknown() -> [Int] {
        let some = unknown.prefix(TraceProcess.limit)
        unknown.subtract(some)
        return some.sorted()
    }

    /// Takes in who they are.
    package mutating func add(_ more: [TraceProcess]) {
        for process in more { processes[process.number] = process }
    }

    /// Whether there is still a process to ask about.
    package var hasUnknown: Bool { !unknown.isEmpty }
}
