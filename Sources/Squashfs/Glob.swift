/// One part of a pattern, between slashes: `*` matches any bytes, `?` one byte, `[a-z]` and `[!a-z]` one byte
/// of a set or not of a set; a backslash takes the special meaning from the byte after it.
struct Glob: Hashable, Sendable {
    private enum Token: Hashable, Sendable {
        case byte(UInt8)
        case one
        case any
        case set([ClosedRange<UInt8>], negated: Bool)

        func accepts(_ byte: UInt8) -> Bool {
            switch self {
            case .byte(let wanted): byte == wanted
            case .one, .any: true
            case .set(let ranges, let negated): ranges.contains { $0.contains(byte) } != negated
            }
        }
    }

    private var tokens: [Token] = []

    /// The name that alone matches, nil when the pattern has wildcards.
    var literal: [UInt8]? { head.count == tokens.count ? head : nil }
    /// The bytes with which every name that matches begins.
    var head: [UInt8] { Self.bytes(at: tokens[...]) }
    /// The bytes with which every name that matches ends.
    var tail: [UInt8] { Self.bytes(at: tokens.reversed()).reversed() }

    private static func bytes(at tokens: some Sequence<Token>) -> [UInt8] {
        var bytes: [UInt8] = []
        for case .byte(let byte) in tokens.prefix(while: { if case .byte = $0 { true } else { false } }) {
            bytes.append(byte)
        }
        return bytes
    }

    /// Reads a pattern; nil when a set or an escape is not finished.
    init?(_ text: ArraySlice<UInt8>) {
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): tokens.append(.any)
            case UInt8(ascii: "?"): tokens.append(.one)
            case UInt8(ascii: "["):
                guard let set = Self.set(from: &rest) else { return nil }
                tokens.append(set)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                tokens.append(.byte(escaped))
            default: tokens.append(.byte(byte))
            }
        }
    }

    private static func set(from rest: inout ArraySlice<UInt8>) -> Token? {
        var negated = false
        if rest.first == UInt8(ascii: "!") {
            negated = true
            rest.removeFirst()
        }
        var ranges: [ClosedRange<UInt8>] = []
        while let first = rest.first {
            // A bracket that comes first is an ordinary byte.
            if first == UInt8(ascii: "]"), !ranges.isEmpty {
                rest.removeFirst()
                return .set(ranges, negated: negated)
            }
            guard let low = byte(from: &rest) else { return nil }
            var high = low
            if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first, end != UInt8(ascii: "]") {
                rest.removeFirst()
                guard let end = byte(from: &rest) else { return nil }
                high = end
            }
            guard low <= high else { return nil }
            ranges.append(low...high)
        }
        return nil
    }

    /// The next byte of a set; a backslash takes the meaning from the one after it.
    private static func byte(from rest: inout ArraySlice<UInt8>) -> UInt8? {
        let byte = rest.popFirst()
        return byte == UInt8(ascii: "\\") ? rest.popFirst() : byte
    }

    func matches(_ name: ArraySlice<UInt8>) -> Bool {
        var token = 0
        var place = name.startIndex
        // After a mismatch the last `*` takes one byte more; earlier ones need never be tried again.
        var retry: (token: Int, place: Int)?
        while place < name.endIndex {
            if token < tokens.count, tokens[token] == .any {
                retry = (token, place)
                token += 1
            } else if token < tokens.count, tokens[token].accepts(name[place]) {
                token += 1
                place += 1
            } else if let last = retry {
                retry = (last.token, last.place + 1)
                token = last.token + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .any }
    }
}
