/// Memory for the words of a ring.
package protocol EventWords: AnyObject {
    /// How many words there is room for.
    var room: Int { get }
    subscript(place: Int) -> UInt64 { get set }
}

/// Words that end with their process.
final class EventArray: EventWords {
    let room: Int
    private var words: [UInt64] = []

    init(_ room: Int) {
        self.room = room
        words.reserveCapacity(room)
    }

    /// Places are first written to in their order.
    subscript(place: Int) -> UInt64 {
        get { words[place] }
        set { if place < words.count { words[place] = newValue } else { words.append(newValue) } }
    }
}

/// Where a ring begins and ends; together with the words this is all that must be stored of it.
package struct EventSpan: Equatable, Sendable {
    /// The number that the next word gets.
    package var end = 0
    /// What held just before the oldest word that is kept.
    package var beginning = EventState()
    /// What holds behind the last one.
    package var now = EventState()

    package init() {}
}
