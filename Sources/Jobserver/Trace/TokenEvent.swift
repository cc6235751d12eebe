/// Something that happened to tokens, or to what decides about them.
///
/// With the time since the one before it fits into eight bytes: four bits of kind, twenty of microseconds, twenty-four
/// of process and sixteen of count, or forty of value.
package struct TokenEvent: Equatable, Sendable {
    /// What happened; the raw values are those in the ring.
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// The process got a token.
        case granted = 1
        /// So many of its tokens were written back, by it or on its behalf.
        case returned
        /// So many were taken from it: it ended, or the answer never reached it.
        case reclaimed
        /// It lent its implicit slot to the pool.
        case lent
        /// It was granted a token, which only ended its loan.
        case repaid
        /// That token never reached it: the loan goes on.
        case unpaid
        /// It ended, and its loan with it.
        case lapsed
        /// From now on waiting processes are held back by the admission rule of this number; 0: by none.
        case gate
        /// So many tokens may be out from now on.
        case limit
        /// The load average, in hundredths.
        case load
        /// The machine's available memory, in MiB.
        case memory
        /// So many tokens are out of a named pipe, in whosever hands.
        case out

        /// Whether it happened to one process.
        package var isOfProcess: Bool { rawValue <= Self.lapsed.rawValue }
    }

    package let kind: Kind
    /// The process' number in the history; 0 where it happened to none.
    package let process: Int
    /// How many tokens, or the measure.
    package let value: Int

    /// It happened to a process: to so many of its tokens.
    package init(_ kind: Kind, process: Int, count: Int = 1) {
        self.kind = kind
        self.process = process & Self.mask(24)
        value = min(max(0, count), Self.mask(16))
    }

    /// It happened to all.
    package init(_ kind: Kind, _ value: Int) {
        self.kind = kind
        process = 0
        self.value = min(max(0, value), Self.mask(40))
    }

    /// The largest number of a process.
    package static let largestProcess = mask(24)
    /// The most microseconds that stand before an event in its own word.
    static let longestPause = Int64(mask(20))

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

    /// What a word of the ring says; nil: nothing but that time has passed.
    static func read(_ word: UInt64) -> TokenEvent? {
        guard let kind = Kind(rawValue: UInt8(word >> 60)) else { return nil }
        let payload = Int(word & UInt64(mask(40)))
        return kind.isOfProcess
            ? TokenEvent(kind, process: payload >> 16, count: payload & mask(16)) : TokenEvent(kind, payload)
    }

    private static func mask(_ bits: Int) -> Int { 1 << bits - 1 }
}
