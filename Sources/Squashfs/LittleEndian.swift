extension [UInt8] {
    /// Appends a number as the format stores it: its lowest byte first.
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(little number: Number) {
        var rest = number
        for _ in 0..<(Number.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest = Number.bitWidth == 8 ? 0 : rest >> 8
        }
    }
}

/// Takes numbers and byte strings from the front of an array; never beyond its end.
struct ByteCursor {
    private let bytes: [UInt8]
    private(set) var position: Int
    /// What is being read, for the error sentence.
    private let subject: String

    init(_ bytes: [UInt8], _ subject: String, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
        self.subject = subject
    }

    var remaining: Int { bytes.count - position }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _: Number.Type = Number.self
    ) throws(ImageError) -> Number {
        let width = Number.bitWidth / 8
        guard remaining >= width else { throw .corrupt("\(subject) ends too early") }
        var result: Number = 0
        for index in 0..<width {
            result |= Number(truncatingIfNeeded: bytes[position + index]) << Number(index * 8)
        }
        position += width
        return result
    }

    mutating func take(_ count: Int) throws(ImageError) -> [UInt8] {
        guard count >= 0, remaining >= count else { throw .corrupt("\(subject) ends too early") }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }
}
