internal import Vocabulary

/// An event in eight bytes: four bits of kind, twenty of microseconds, twenty-four of process and sixteen of
/// count, or forty of value.
extension TokenEvent {
    /// The most microseconds that stand before an event in its own word.
    static let longestPause = Int64(1 << 20 - 1)

    /// The word in the ring: `pause` is how many microseconds after the event before it.
    func word(after pause: Int64) -> UInt64 {
        let payload = kind.isOfProcess ? process << 16 | value : value
        return UInt64(kind.rawValue) << 60 | UInt64(pause) << 40 | UInt64(payload)
    }

    /// A word that stands for nothing but time, where an event comes late after the one before it.
    static func word(ofPause pause: Int64) -> UInt64 { UInt64(pause) & (1 << 60 - 1) }

    /// How many microseconds after the event before it a word's is.
    static func pause(of word: UInt64) -> Int64 {
        word >> 60 == 0 ? Int64(word) : Int64(word >> 40) & longestPause
    }

    /// What a word of the ring says, that long after the event before it; nil: nothing but that time has
    /// passed.
    static func read(_ word: UInt64, after pause: Int64 = 0) -> TokenEvent? {
        guard let kind = Kind(rawValue: UInt8(word >> 60)) else { return nil }
        let payload = Int(word & (1 << 40 - 1))
        return kind.isOfProcess
            ? TokenEvent(kind, time: pause, process: payload >> 16, value: payload & (1 << 16 - 1))
            : TokenEvent(kind, time: pause, value: payload)
    }
}
