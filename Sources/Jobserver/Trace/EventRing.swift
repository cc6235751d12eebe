package import Vocabulary

/// The last 262,144 events, in two mebibytes.
///
/// That is an hour at 73 events a second. An object, not a value, so that nobody ever copies it. Recording
/// allocates nothing; memory that was never written to was never touched.
package final class EventRing {
    /// How many words it keeps: events, and pauses of more than a second between them.
    package let capacity: Int
    /// Where it begins and ends by now.
    package private(set) var span: EventSpan
    private let words: any EventWords

    /// A ring of this many words, in memory of its own.
    package convenience init(capacity: Int = 1 << 18) {
        self.init(capacity: capacity, in: EventArray(capacity), goingOnFrom: EventSpan())
    }

    /// A ring of this many words, in memory that has room for more, and may have some already.
    ///
    /// New words are written behind the end, and over no kept word, as far as the additional room reaches. So
    /// a server that stores `span` from time to time leaves all words of the last stored span in place.
    package init(capacity: Int, in words: any EventWords, goingOnFrom span: EventSpan) {
        precondition(capacity > 0 && capacity <= words.room, "a ring of \(capacity) words")
        self.capacity = capacity
        self.words = words
        self.span = span
    }

    /// The number that the next word gets.
    package var end: Int { span.end }

    /// The number of the oldest word that is kept.
    package var oldest: Int { max(0, end - capacity) }

    /// What holds now.
    package var state: EventState { span.now }

    /// What held just before the oldest event that is kept.
    var beginning: EventState { span.beginning }

    /// Notes an event; a clock that goes backwards stands still.
    package func record(_ event: TokenEvent, at time: MonotonicTime) {
        let microseconds = max(state.time, time.nanoseconds / 1_000)
        if end == 0 {
            span.now.time = microseconds
            span.beginning.time = microseconds
        }
        let pause = microseconds - state.time
        if pause > TokenEvent.longestPause {
            push(TokenEvent.word(ofPause: pause))
            push(event.word(after: 0))
        } else {
            push(event.word(after: pause))
        }
    }

    /// Notes how many tokens may be out, if it is another number than before.
    package func noteLimit(_ jobs: Int, at time: MonotonicTime) {
        if state.limit != jobs { record(TokenEvent(.limit, value: jobs), at: time) }
    }

    /// Notes the admission rule that holds waiting processes back, if it is another than before.
    package func noteGate(_ rule: GateRule?, at time: MonotonicTime) {
        let number = GateRule.number(of: rule)
        if state.gate != number { record(TokenEvent(.gate, value: number), at: time) }
    }

    /// Notes how many tokens are out of a pipe, if it is another number than before.
    package func noteOut(_ tokens: Int, at time: MonotonicTime) {
        if state.out != tokens { record(TokenEvent(.out, value: tokens), at: time) }
    }

    private func push(_ word: UInt64) {
        span.now.apply(word)
        if end >= capacity { span.beginning.apply(self[oldest]) }
        words[end % words.room] = word
        span.end += 1
    }

    private subscript(number: Int) -> UInt64 { words[number % words.room] }

    /// Goes through the events from the word of that number on, until `body` has seen this many, or the last
    /// before `end`.
    ///
    /// - Returns: the number of the word behind the last one that was seen: where to continue.
    package func forEach(
        from start: Int,
        to end: Int,
        atMost most: Int,
        _ body: (TokenEvent) -> Void
    ) -> Int {
        var (number, seen, pause) = (max(start, oldest), 0, Int64(0))
        while number < end, seen < most {
            let word = self[number]
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
            let word = self[number]
            guard state.time + TokenEvent.pause(of: word) < microseconds else { break }
            state.apply(word)
            number += 1
        }
        return (number, state)
    }
}
