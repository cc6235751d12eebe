package import Vocabulary

/// An event as the control socket tells it: `g 812 17 1`.
extension TokenEvent {
    /// Adds the event's text, with what parts it from the one before.
    package func append(to text: inout String) {
        if !text.isEmpty { text += ";" }
        text.unicodeScalars.append(kind.letter)
        text += kind.isOfProcess ? " \(time) \(process) \(value)" : " \(time) \(value)"
    }

    /// Reads texts parted by semicolons.
    ///
    /// Events of a kind that is not known are left out; the time that they stand for is not.
    package static func list(_ text: String) throws(ControlError) -> [TokenEvent] {
        var events: [TokenEvent] = []
        var skipped: Int64 = 0
        for item in text.utf8.split(separator: UInt8(ascii: ";")) {
            let words = item.split(separator: UInt8(ascii: " "))
            let numbers = words.dropFirst().map { Int64(Substring($0)) ?? -1 }
            guard let word = words.first, let letter = word.first, word.count == 1, let pause = numbers.first,
                numbers.allSatisfy({ $0 >= 0 })
            else { throw .malformed(why: "\"\(String(Substring(item).prefix(40)).printable)\" is no event") }
            guard let kind = Kind(letter: Unicode.Scalar(letter)) else {
                skipped += pause
                continue
            }
            guard numbers.count == (kind.isOfProcess ? 3 : 2) else {
                throw .malformed(why: "an event has \(numbers.count) numbers")
            }
            let process = kind.isOfProcess ? Int(numbers[1]) : 0
            let value = Int(numbers[numbers.count - 1])
            events.append(TokenEvent(kind, time: pause + skipped, process: process, value: value))
            skipped = 0
        }
        return events
    }
}

extension TokenEvent.Kind {
    fileprivate var letter: Unicode.Scalar {
        switch self {
        case .granted: "g"
        case .returned: "r"
        case .reclaimed: "t"
        case .lent: "l"
        case .repaid: "p"
        case .unpaid: "u"
        case .lapsed: "e"
        case .gate: "G"
        case .limit: "J"
        case .load: "L"
        case .memory: "M"
        case .out: "O"
        }
    }

    fileprivate init?(letter: Unicode.Scalar) {
        guard let kind = Self.allCases.first(where: { $0.letter == letter }) else { return nil }
        self = kind
    }
}
