import Vocabulary
import TestKit
import Testing

@testable import Jobserver

@Suite struct EventRingTests {
    private func time(_ microseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: microseconds * 1_000)
    }

    /// All events of the ring, each with its time.
    private func events(_ ring: EventRing, from start: Int = 0) -> [(event: TokenEvent, time: Int64)] {
        let (number, state) = ring.position(since: 0)
        var list: [(event: TokenEvent, time: Int64)] = []
        var time = state.time
        _ = ring.forEach(from: max(start, number), to: ring.end, atMost: .max) { event in
            time += event.time
            var event = event
            event.time = 0
            list.append((event, time))
        }
        return list
    }

    @Test(arguments: TokenEvent.Kind.allCases)
    func everyEventFitsIntoAWord(kind: TokenEvent.Kind) {
        let largest =
            kind.isOfProcess
            ? TokenEvent(kind, process: TokenEvent.largestProcess, value: 65_535)
            : TokenEvent(kind, value: 1 << 40 - 1)
        for pause in [0, 1, TokenEvent.longestPause] {
            let word = largest.word(after: pause)
            #expect(TokenEvent.read(word) == largest)
            #expect(TokenEvent.pause(of: word) == pause)
        }
    }

    @Test func whatIsTooLargeIsCutAndTakesNothingElseAlong() {
        let event = TokenEvent(.returned, process: 7, value: 70_000)
        #expect(event.value == 65_535)
        #expect(TokenEvent.read(event.word(after: 5)) == event)
        #expect(TokenEvent(.memory, value: -1).value == 0)
    }

    @Test func timesComeBackAcrossLongPauses() {
        let ring = EventRing(capacity: 8)
        let times: [Int64] = [5_000_000, 5_000_001, 90_000_000_000, 90_000_000_000]
        for (index, at) in times.enumerated() {
            ring.record(TokenEvent(.granted, process: index + 1), at: time(at))
        }
        #expect(events(ring).map(\.time) == times)
        #expect(events(ring).map(\.event.process) == [1, 2, 3, 4])
    }

    @Test func aClockThatGoesBackStandsStill() {
        let ring = EventRing(capacity: 8)
        ring.record(TokenEvent(.load, value: 100), at: time(50))
        ring.record(TokenEvent(.load, value: 200), at: time(10))
        ring.record(TokenEvent(.load, value: 300), at: time(60))
        #expect(events(ring).map(\.time) == [50, 50, 60])
    }

    @Test func whatIsOverwrittenStillCountsInWhatHeldBefore() {
        let ring = EventRing(capacity: 4)
        ring.noteLimit(32, at: time(1_000_000))
        ring.noteGate(.load, at: time(2_000_000))
        for step in 1...5 { ring.record(TokenEvent(.load, value: step), at: time(3_000_000 + Int64(step))) }
        let (number, state) = ring.position(since: 0)
        #expect(number == ring.oldest)
        #expect(state.limit == 32)
        #expect(state.gate == 1)
        #expect(events(ring).map(\.time) == [2, 3, 4, 5].map { 3_000_000 + $0 })
    }

    @Test func whatHoldsIsNotedWhenItChanges() {
        let ring = EventRing(capacity: 16)
        ring.noteLimit(8, at: time(1))
        ring.noteLimit(8, at: time(2))
        ring.noteGate(nil, at: time(3))
        ring.noteGate(.jobs, at: time(4))
        ring.noteGate(.memory, at: time(5))
        ring.noteGate(.jobs, at: time(6))
        #expect(
            events(ring).map(\.event) == [
                .init(.limit, value: 8), .init(.gate, value: 3), .init(.gate, value: 0),
            ]
        )
    }

    @Test(arguments: GateRule.allCases)
    func aGatesNumberNamesItsRule(rule: GateRule) {
        let ring = EventRing(capacity: 4)
        ring.noteGate(rule, at: time(1))
        #expect(GateRule(number: ring.state.gate) == (rule == .jobs ? nil : rule))
    }

    @Test func aPositionIsTheFirstEventOfItsTime() {
        let ring = EventRing(capacity: 64)
        for second in 1...20 {
            ring.noteLimit(second, at: time(Int64(second) * 2_000_000))
        }
        let (number, state) = ring.position(since: 10_000_000)
        #expect(state.limit == 4)
        #expect(state.time == 8_000_000)
        #expect(events(ring, from: number).first?.event.value == 5)
    }

    @Test(arguments: [1, 2, UInt64.random(in: 3 ... .max)])
    func aRingIsTheEndOfAListOfAllThatHappened(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ring = EventRing(capacity: 32)
        var all: [(TokenEvent, Int64)] = []
        var now: Int64 = 1_000_000
        for step in 1...400 {
            now += Int.random(in: 0..<6, using: &random) == 0 ? .random(in: 0...5_000_000, using: &random) : 3
            let event = TokenEvent(.granted, process: step)
            ring.record(event, at: time(now))
            all.append((event, now))
            let kept = events(ring)
            #expect(kept.elementsEqual(all.suffix(kept.count)) { $0.event == $1.0 && $0.time == $1.1 })
            // At worst the ring stores a pause before each event.
            #expect(kept.count >= min(step, 16), "seed \(seed)")
        }
    }

    /// A server records events, sometimes stores the span, and is killed: the next server goes on from the
    /// stored span.
    @Test(arguments: [1, 2, UInt64.random(in: 3 ... .max)])
    func aRingThatIsCutGoesOnFromTheSpanStoredLast(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let words = EventArray(32 + 12)
        var ring = EventRing(capacity: 32, in: words, goingOnFrom: EventSpan())
        var now: Int64 = 1_000_000
        for step in 1...200 {
            let (stored, kept) = (ring.span, events(ring))
            // At worst the ring stores a pause before each event: twelve words.
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                now += .random(in: 0...2_000_000, using: &random)
                ring.record(TokenEvent(.limit, value: step), at: time(now))
            }
            guard Bool.random(using: &random) else { continue }
            ring = EventRing(capacity: 32, in: words, goingOnFrom: stored)
            let found = events(ring)
            #expect(found.elementsEqual(kept) { $0.event == $1.event && $0.time == $1.time }, "seed \(seed)")
            #expect(ring.state == stored.now)
        }
    }

    @Test func partsAreReadOneAfterTheOther() {
        let ring = EventRing(capacity: 64)
        for step in 1...20 {
            ring.record(TokenEvent(.granted, process: step), at: time(Int64(step) * 3_000_000))
        }
        var (number, seen): (Int, [Int]) = (0, [])
        while number < ring.end {
            number = ring.forEach(from: number, to: ring.end, atMost: 3) {
                seen.append($0.process)
            }
        }
        #expect(seen == Array(1...20))
    }
}
