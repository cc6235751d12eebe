import Vocabulary
import TestKit
import Testing

@testable import Reports
@testable import Wire

@Suite struct TraceTests {
    /// A recording that begins now, with the tokens that each process holds already.
    private func recording(held: [Int] = [], out: Int? = nil, limit: Int = 4) -> TraceRecording {
        let opening = TraceOpening(
            time: 1_000,
            now: 1_000,
            limit: limit,
            gate: 0,
            out: out,
            next: 0,
            end: 0,
            held: held
        )
        var recording = TraceRecording(opening, last: nil)
        recording.add([
            TraceProcess(number: 1, pid: 11, build: "a/a-1", command: "make one"),
            TraceProcess(number: 2, pid: 22, build: "b/b-2", command: "ninja"),
        ])
        return recording
    }

    private func event(_ kind: TokenEvent.Kind, _ pause: Int64, _ process: Int = 0, _ value: Int = 1)
        -> TokenEvent
    {
        TokenEvent(kind, time: pause, process: process, value: value)
    }

    @Test func theOldestTokenOfAProcessComesBackFirst() throws {
        var recording = recording()
        recording.add(
            [
                event(.granted, 10, 1), event(.granted, 10, 1), event(.returned, 10, 1),
                event(.returned, 10, 1),
            ],
            past: false
        )
        let trace = Trace(recording)
        let slices = try #require(trace.builds.first?.slices)
        #expect(slices.map { [$0.begin, $0.end] } == [[10, 30], [20, 40]])
        #expect(slices.map(\.lane) == [0, 1])
        #expect(trace.builds.map(\.label) == ["a/a-1"])
        #expect(trace.held.map(\.value) == [0, 1, 2, 1, 0])
    }

    /// emerge has two tokens for two packages, and then a third, for a package that takes no token itself.
    @Test func whatEmergeHoldsIsItsPackages() throws {
        var recording = recording()
        recording.add([
            TraceProcess(number: 3, pid: 7, build: "another with that PID", command: "true"),
            TraceProcess(number: 4, pid: 7, build: "emerge 7", command: "emerge"),
            TraceProcess(number: 5, pid: 50, build: "x/one-1", command: "make", dispatcher: 7),
            TraceProcess(number: 6, pid: 60, build: "x/one-1", command: "ninja", dispatcher: 7),
            TraceProcess(number: 7, pid: 70, build: "x/two-2", command: "make", dispatcher: 7),
            TraceProcess(number: 8, pid: 80, build: "x/three-3", command: "make", dispatcher: 9),
        ])
        recording.add(
            [
                event(.granted, 10, 4), event(.granted, 10, 4), event(.granted, 10, 7),
                event(.granted, 10, 5),
                event(.returned, 10, 7), event(.granted, 10, 6), event(.returned, 10, 4),
                event(.returned, 10, 6),
                event(.returned, 10, 5), event(.returned, 10, 4), event(.granted, 10, 4),
                event(.granted, 10, 8),
            ],
            past: false
        )
        let trace = Trace(recording)
        let rows = trace.builds.map { build in
            "\(build.label): "
                + build.slices.map { "\($0.process) \($0.begin)-\($0.end)" }.joined(separator: ", ")
        }
        #expect(
            rows == [
                "x/two-2: 7 30-50, 4 10-70", "x/one-1: 6 60-80, 5 40-90, 4 20-100", "emerge 7: 4 110-120",
                "x/three-3: 8 120-120",
            ]
        )
        #expect(trace.builds.map(\.lanes) == [2, 3, 1, 1])
        #expect(trace.held.last == TracePoint(time: 120, value: 2))
    }

    @Test func rowsAreUsedAgainAndNeverTwiceAtATime() throws {
        var recording = recording()
        recording.add(
            [
                event(.granted, 1, 1), event(.granted, 1, 1), event(.returned, 1, 1, 2),
                event(.granted, 1, 1),
                event(.reclaimed, 5, 1),
            ],
            past: false
        )
        let build = try #require(Trace(recording).builds.first)
        #expect(build.lanes == 2)
        #expect(build.slices.last?.lane == 0)
        #expect(build.slices.last?.ending == .reclaimed)
    }

    @Test func whatIsOpenAtEitherEndIsClosedThere() throws {
        var recording = recording(held: [1, 2, 2, 1])
        recording.add([event(.returned, 50, 1), event(.granted, 50, 2)], past: false)
        recording.ends(after: 300)
        let trace = Trace(recording)
        #expect(trace.length == 300)
        let slices = trace.builds.flatMap(\.slices)
        #expect(slices.count == 4)
        #expect(slices.count { $0.wasOpen && $0.begin == 0 } == 3)
        #expect(slices.count { $0.ending == .open && $0.end == 300 } == 3)
        #expect(trace.held.map(\.value) == [3, 2, 3])
    }

    /// A trace of the past: it knows what each process holds now, and reckons from that what each held then.
    @Test func whatWasHeldThenFollowsFromWhatIsHeldNow() {
        let opening = TraceOpening(
            time: 5_000_000,
            now: 70_000_000,
            limit: 8,
            gate: 1,
            out: nil,
            next: 3,
            end: 9,
            held: [1, 2]
        )
        var recording = TraceRecording(opening, last: 60)
        #expect(recording.begin == 10_000_000)
        recording.add(
            [
                event(.granted, 6_000_000, 1), event(.returned, 1_000_000, 2), event(.granted, 1_000_000, 1),
                event(.gate, 0, 0, 0),
            ],
            past: true
        )
        #expect(recording.nextUnknown() == [1, 2])
        #expect(recording.nextUnknown().isEmpty)
        let trace = Trace(recording)
        #expect(trace.length == 60_000_000)
        #expect(trace.held.map(\.value) == [1, 2, 1, 2])
        #expect(trace.held.map(\.time) == [0, 1_000_000, 2_000_000, 3_000_000])
        #expect(trace.holdbacks == [TraceHoldback(rule: "load", begin: 0, end: 3_000_000)])
        #expect(trace.builds.map(\.label) == ["not known"])
    }

    @Test func aPipeTellsHowManyAreOutAndOnlyThat() {
        var recording = recording(out: 3)
        recording.add([event(.granted, 5, 1), event(.out, 5, 0, 4), event(.lent, 1, 1)], past: false)
        let trace = Trace(recording)
        #expect(!trace.holdersKnown)
        #expect(trace.held.map(\.value) == [3, 4])
        #expect(trace.builds.map(\.slices.count) == [1])
    }

    @Test func aReturnOfWhatNobodyHeldEndsNothing() {
        var recording = recording()
        recording.add([event(.returned, 5, 1, 3), event(.reclaimed, 5, 9)], past: false)
        let trace = Trace(recording)
        #expect(trace.builds.isEmpty)
        #expect(trace.held.map(\.value) == [0])
    }

    /// In any order of events no slices of a row overlap, every slice ends, and the slices add up to the
    /// tokens held.
    @Test(arguments: [1, 2, UInt64.random(in: 3 ... .max)])
    func slicesComeToWhatIsHeld(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var recording = recording(held: [1, 1], limit: 6)
        var held = [1: 1, 2: 0, 3: 0]
        for _ in 0..<2_000 {
            let process = Int.random(in: 1...3, using: &random), have = held[process, default: 0]
            let pause = Int64.random(in: 0...40, using: &random)
            if held.values.reduce(0, +) < 6, Bool.random(using: &random) {
                recording.add([event(.granted, pause, process)], past: false)
                held[process] = have + 1
            } else if have > 0 {
                let count = Int.random(in: 1...have, using: &random)
                recording.add([event(.returned, pause, process, count)], past: false)
                held[process] = have - count
            }
        }
        let trace = Trace(recording)
        #expect(trace.held.allSatisfy { $0.value <= 6 && $0.value >= 0 }, "seed \(seed)")
        for build in trace.builds {
            let rows = Dictionary(grouping: build.slices, by: \.lane)
            #expect(rows.count == build.lanes)
            for row in rows.values.map({ $0.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) } }) {
                for (one, next) in zip(row, row.dropFirst()) {
                    #expect(one.end <= next.begin, "seed \(seed)")
                }
            }
        }
        let busy = trace.builds.flatMap(\.slices).reduce(0) { $0 + $1.busy }
        let ends = trace.held.map(\.time).dropFirst() + [trace.length]
        let area = zip(trace.held, ends).reduce(0) { $0 + Int64($1.0.value) * ($1.1 - $1.0.time) }
        #expect(busy == area, "seed \(seed)")
    }
}
