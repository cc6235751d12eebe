/// Something that writes itself as JSON.
protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

/// JSON text of what is known beforehand, where an encoder asks each value what it is, for a millisecond where a status has
/// 200 holders: so long every token would wait.
///
/// It writes what `ControlCoding` would, if keys are given in alphabetical order.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// An object with the members that `body` writes.
    mutating func object(_ body: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    /// A member of an object; the key must be plain.
    mutating func member(_ key: String, _ value: some JSONWritable) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: key.utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        value.write(to: &self)
    }

    /// A member where there is a value.
    mutating func member<Value: JSONWritable>(_ key: String, ifThere value: Value?) {
        if let value { member(key, value) }
    }

    mutating func list(_ values: [some JSONWritable]) {
        bytes.append(UInt8(ascii: "["))
        isFirst = true
        for value in values {
            separate()
            value.write(to: &self)
        }
        bytes.append(UInt8(ascii: "]"))
        isFirst = false
    }

    mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: Self.needsEscape) {
            for byte in text.utf8 { Self.needsEscape(byte) ? escape(byte) : bytes.append(byte) }
        } else {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// JSON where what steers a terminal is written in ASCII: DEL, and U+0080 to U+009F, which JSON lets stand.
    ///
    /// Only a text can have them, so a look at the bytes is enough.
    static func withoutControls(_ json: [UInt8]) -> [UInt8] {
        // U+0080 to U+009F are 0xC2 and a byte of the same range.
        guard json.contains(where: { $0 == 0xC2 || $0 == 0x7F }) else { return json }
        var safe: [UInt8] = []
        safe.reserveCapacity(json.count + 64)
        var index = 0
        while index < json.count {
            let isC1 =
                json[index] == 0xC2 && index + 1 < json.count && (0x80...0x9F).contains(json[index + 1])
            if isC1 { index += 1 }
            if isC1 || json[index] == 0x7F {
                safe += "\\u00\(String(json[index], radix: 16))".utf8
            } else {
                safe.append(json[index])
            }
            index += 1
        }
        return safe
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Text that needs no quotes, such as a number.
    mutating func plain(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): plain("\\\"")
        case UInt8(ascii: "\\"): plain("\\\\")
        case 0x08: plain("\\b")
        case 0x09: plain("\\t")
        case 0x0A: plain("\\n")
        case 0x0C: plain("\\f")
        case 0x0D: plain("\\r")
        default: plain((byte < 0x10 ? "\\u000" : "\\u00") + String(byte, radix: 16))
        }
    }
}

extension Int: JSONWritable {
    func write(to json: inout JSONWriter) { json.plain(String(self)) }
}

extension Bool: JSONWritable {
    func write(to json: inout JSONWriter) { json.plain(self ? "true" : "false") }
}

extension String: JSONWritable {
    func write(to json: inout JSONWriter) { json.text(self) }
}

extension Double: JSONWritable {
    /// A number that is not finite has no JSON, and is text.
    func write(to json: inout JSONWriter) {
        guard isFinite else { return json.text(description) }
        let text = description
        json.plain(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    func write(to json: inout JSONWriter) { json.list(self) }
}

extension [String: String]: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            for (key, value) in sorted(by: { $0.key < $1.key }) { json.member(key, value) }
        }
    }
}
