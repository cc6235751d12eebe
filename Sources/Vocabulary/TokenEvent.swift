/// Something that happened to tokens, or to what decides about them.
///
/// The daemon stores it in eight bytes (`EventRing`); the control socket writes it as a short text.
package struct TokenEvent: Equatable, Sendable {
    /// What happened; the raw values are those in the ring.
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// The process got a token.
        case granted = 1
        /// This many of its tokens were written back, by it or on its behalf.
        case returned
        /// This many were taken from it: it ended, or the answer never reached it.
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
        /// This many tokens may be out from now on.
        case limit
        /// The load average, in hundredths.
        case load
        /// The machine's available memory, in MiB.
        case memory
        /// This many tokens are out of a named pipe, whoever has them.
        case out

        /// Whether it happened to one process.
        package var isOfProcess: Bool { rawValue <= Self.lapsed.rawValue }
    }

    package let kind: Kind
    /// Microseconds since the event before it; in a `Trace` since the trace's beginning.
    package var time: Int64
    /// The process' number in the history; 0 if the event is about no process.
    package let process: Int
    /// How many tokens, or the measure.
    package let value: Int

    /// An event with as much of the numbers as the ring has room for.
    package init(_ kind: Kind, time: Int64 = 0, process: Int = 0, value: Int = 1) {
        self.kind = kind
        self.time = time
        self.process = process & Self.largestProcess
        self.value = min(max(0, value), Self.mask(kind.isOfProcess ? 16 : 40))
    }

    /// The largest number of a process.
    package static let largestProcess = 1 << 24 - 1

    private static func mask(_ bits: Int) -> Int { 1 << bits - 1 }
}
