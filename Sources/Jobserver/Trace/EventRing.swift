package import Vocabulary

/// The last 262,144 events, in two mebibytes.
///
/// That is an hour at 73 events a second. An object, not a value, so that nobody ever copies it. Recording
/// allocates nothing; memory that was never written to was never touched.
package final class EventRing {
    /// How many words it keeps: events, and pauses of more than a second between them.
    package let capacity: Int
    /// The number that the next word gets.
    package private(set) var end = 0
    /// What held just before the oldest event that is kept.
    private(set) var beginning = EventState()
    private var now = EventState()
    private var words: [UInt64] = []

    package init(capacity: Int = 1 << 18) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a ring of \(capacity) words")
        self.capacity = capacity
        words.reserveCapacity(capacity)
    }

    /// The number of the oldest word that is kept.
    package var oldest: Int { max(0, end - capacity) }

    /// What holds now.
    package var state: EventState { now }

    /// Notes an event; a clock that goes backwards stands still.
    package func record(_ event: TokenEvent, at time: MonotonicTime) {
        let microseconds = max(now.time, time.nanoseconds / 1_000)
        if end == 0 {
            now.time = microseconds
            beginning.time = microseconds
        }
        let pause = microseconds - now.time
        if pause > TokenEvent.longestPause {
            push(TokenEvent.word(ofPause: pause))
            push(event.word(after: 0))
        } else {
            push(event.word(after: pause))
        }
    }

    /// Notes how many tokens may be out, if it is another number than before.
    package func noteLimit(_ jobs: Int, at time: MonotonicTime) {
        if now.limit != jobs { record(TokenEvent(.limit, value: jobs), at: time) }
    }

    /// Notes the admission rule that holds waiting processes back, if it is another than before.
    package func noteGate(_ rule: GateRule?, at time: MonotonicTime) {
        let number = GateRule.number(of: rule)
        if now.gate != number { record(TokenEvent(.gate, value: number), at: time) }
    }

    /// Notes how many tokens are out of a pipe, if it is another number than before.
    package func noteOut(_ tokens: Int, at time: MonotonicTime) {
        if now.out != tokens { record(TokenEvent(.out, value: tokens), at: time) }
    }

    private func push(_ word: UInt64) {
        now.apply(word)
        if words.count < capacity {
            words.append(word)
        } else {
            beginning.apply(words[end & (capacity - 1)])
            words[end & (capacity - 1)] = word
        }
        end += 1
    }

    /// Goes through events from the word of that number on, until `body` has seen so many, or the last before
    /// `end`.
    ///
    /// - Returns: the number of the word behind the last one that was seen: where to go on.
    package func forEach(
        from start: Int,
        to end: Int,
        atMost most: Int,
        _ body: (TokenEvent) -> Void
    ) -> Int {
        var (number, seen, pause) = (max(start, oldest), 0, Int64(0))
        while number < end, seen < most {
            let word = words[number & (capacity - 1)]
            number += 1
            pause += TokenEvent.pause(of: word)
            guard let event = TokenEvent.read(word, after: pause) else { continue }
            body(event)
            (seen, pause) = (seen + 1, 0)
        }
        return number
    }

    /// The first event that is not older than the time, and what held before it.
    package func position(since microseconds: Int64) -> (number: Int, state: EventState) {
        var (number, state) = (oldest, beginning)
        while number < end {
            let word = words[number & (capacity - 1)]
            guard state.time + TokenEvent.pause(of: word) < microseconds else { break }
            state.apply(word)
            number += 1
        }
        return (number, state)
    }
}
