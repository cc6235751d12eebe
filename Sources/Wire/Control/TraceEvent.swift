/// One event of the daemon's history as it goes over the control socket: `g 120 17 1`.
package struct TraceEvent: Equatable, Sendable {
    /// What happened, by its letter in the text.
    package enum Kind: Character, CaseIterable, Sendable {
        /// The process got a token.
        case granted = "g"
        /// So many of its tokens were written back.
        case returned = "r"
        /// So many were taken back from it.
        case reclaimed = "t"
        /// It lent its implicit slot to the pool.
        case lent = "l"
        /// It was granted a token, which only ended its loan.
        case repaid = "p"
        /// That token never reached it.
        case unpaid = "u"
        /// It ended, and its loan with it.
        case lapsed = "e"
        /// The rule of this number holds waiting processes back from now on.
        case gate = "G"
        /// So many tokens may be out.
        case limit = "J"
        /// The load average in hundredths.
        case load = "L"
        /// The available memory in MiB.
        case memory = "M"
        /// So many tokens are out of a named pipe.
        case out = "O"

        /// Whether it names a process.
        package var isOfProcess: Bool {
            switch self {
            case .granted, .returned, .reclaimed, .lent, .repaid, .unpaid, .lapsed: true
            case .gate, .limit, .load, .memory, .out: false
            }
        }
    }

    package var kind: Kind
    /// Microseconds since the event before it; in a `Trace` since the trace's beginning.
    package var time: Int64
    /// The process' number in the history; 0 where there is none.
    package var process: Int
    package var value: Int

    package init(_ kind: Kind, time: Int64, process: Int = 0, value: Int) {
        self.kind = kind
        self.time = time
        self.process = process
        self.value = value
    }

    /// Adds the event's text, with what parts it from the one before.
    package func append(to text: inout String) {
        if !text.isEmpty { text += ";" }
        text.append(kind.rawValue)
        text += kind.isOfProcess ? " \(time) \(process) \(value)" : " \(time) \(value)"
    }

    /// Reads texts parted by semicolons.
    ///
    /// Events of a kind that is not known are left out; the time that they stand for is not.
    package static func list(_ text: String) throws(ControlError) -> [TraceEvent] {
        var events: [TraceEvent] = []
        var skipped: Int64 = 0
        for item in text.utf8.split(separator: UInt8(ascii: ";")) {
            let words = item.split(separator: UInt8(ascii: " "))
            let numbers = words.dropFirst().map { Int64(Substring($0)) ?? -1 }
            guard let word = words.first, let letter = word.first, word.count == 1, let pause = numbers.first,
                numbers.allSatisfy({ $0 >= 0 })
            else { throw .malformed(why: "\"\(String(Substring(item).prefix(40)).printable)\" is no event") }
            guard let kind = Kind(rawValue: Character(Unicode.Scalar(letter))) else {
                skipped += pause
                continue
            }
            guard numbers.count == (kind.isOfProcess ? 3 : 2) else {
                throw .malformed(why: "an event has \(numbers.count) numbers")
            }
            let process = kind.isOfProcess ? Int(numbers[1]) : 0
            let value = Int(numbers[numbers.count - 1])
            events.append(TraceEvent(kind, time: pause + skipped, process: process, value: value))
            skipped = 0
        }
        return events
    }
}
