/// Something that writes itself as JSON.
package protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

/// The only writer of JSON.
///
/// Its callers say what each value is. An encoder inspects the values, which takes a millisecond for a status
/// of 200 holders, and every token would wait that long.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true
    /// The text in a page's script element has no `<`, because `</script>` would end the element.
    private let isInPage: Bool

    package init(inPage: Bool = false) {
        isInPage = inPage
    }

    /// The text of one value.
    package static func bytes(_ value: some JSONWritable) -> [UInt8] {
        var json = JSONWriter()
        value.write(to: &json)
        return json.bytes
    }

    /// The same as a string.
    package static func text(_ value: some JSONWritable) -> String {
        String(decoding: bytes(value), as: UTF8.self)
    }

    /// An object with the members that `body` writes, in its order.
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    /// An object with these members in the alphabetical order of their keys.
    package mutating func object(_ members: [String: any JSONWritable]) {
        object { json in
            for (key, value) in members.sorted(by: { $0.key < $1.key }) { json.member(key, value) }
        }
    }

    /// An object with these members in this order.
    package mutating func object(inOrder members: JSONPairs) {
        object { json in
            for (key, value) in members { json.member(key, value) }
        }
    }

    /// A member of an object; the key must be plain.
    package mutating func member(_ key: String, _ value: some JSONWritable) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: key.utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        value.write(to: &self)
    }

    /// A member, if there is a value.
    package mutating func member<Value: JSONWritable>(_ key: String, ifThere value: Value?) {
        if let value { member(key, value) }
    }

    /// A list of what `body` adds.
    package mutating func list(_ body: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "["))
        isFirst = true
        body(&self)
        bytes.append(UInt8(ascii: "]"))
        isFirst = false
    }

    /// An element of a list, on a line of its own if wanted.
    package mutating func element(_ value: some JSONWritable, onNewLine: Bool = false) {
        separate()
        if onNewLine { bytes.append(UInt8(ascii: "\n")) }
        value.write(to: &self)
    }

    /// A text with its quotes; what steers a terminal is written in ASCII, C1 controls and DEL too, which
    /// JSON lets stand.
    package mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: mayNeedEscape) {
            for scalar in text.unicodeScalars {
                if needsEscape(scalar) { escape(scalar) } else { bytes.append(contentsOf: scalar.utf8) }
            }
        } else {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether a scalar with this byte might need an escape: 0xC2 begins U+0080 to U+009F, 0xE2 U+2028.
    private func mayNeedEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, 0x7F, 0xC2, UInt8(ascii: "\""), UInt8(ascii: "\\"): true
        case 0xE2, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): isInPage
        default: false
        }
    }

    private func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\"", "\\": true
        // The last two end a line for older JavaScript.
        case "<", ">", "&", "\u{2028}", "\u{2029}": isInPage
        default: false
        }
    }

    /// Text that needs no quotes, such as a number.
    package mutating func plain(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": plain("\\\"")
        case "\\": plain("\\\\")
        case "\u{8}": plain("\\b")
        case "\t": plain("\\t")
        case "\n": plain("\\n")
        case "\u{C}": plain("\\f")
        case "\r": plain("\\r")
        default:
            let digits = String(scalar.value, radix: 16)
            plain("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
        }
    }
}

extension Int: JSONWritable {
    package func write(to json: inout JSONWriter) { json.plain(String(self)) }
}

extension Int32: JSONWritable {
    package func write(to json: inout JSONWriter) { json.plain(String(self)) }
}

extension Int64: JSONWritable {
    package func write(to json: inout JSONWriter) { json.plain(String(self)) }
}

extension UInt64: JSONWritable {
    package func write(to json: inout JSONWriter) { json.plain(String(self)) }
}

extension Bool: JSONWritable {
    package func write(to json: inout JSONWriter) { json.plain(self ? "true" : "false") }
}

extension String: JSONWritable {
    package func write(to json: inout JSONWriter) { json.text(self) }
}

extension Double: JSONWritable {
    /// A number that is not finite has no JSON, and becomes text.
    package func write(to json: inout JSONWriter) {
        guard isFinite else { return json.text(description) }
        let text = description
        json.plain(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.list { json in
            for value in self { json.element(value) }
        }
    }
}

extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for (key, value) in sorted(by: { $0.key < $1.key }) { json.member(key, value) }
        }
    }
}

extension KeyValuePairs: JSONWritable where Key == String, Value == any JSONWritable {
    package func write(to json: inout JSONWriter) { json.object(inOrder: self) }
}

/// An object whose members stand in the order of the literal.
package typealias JSONPairs = KeyValuePairs<String, any JSONWritable>

/// A list of values of several types.
package struct JSONTuple: JSONWritable {
    private let values: [any JSONWritable]

    package init(_ values: [any JSONWritable]) {
        self.values = values
    }

    package func write(to json: inout JSONWriter) {
        json.list { json in
            for value in values { json.element(value) }
        }
    }
}

/// No value, for a member that must be there.
package struct JSONNull: JSONWritable {
    package init() {}

    package func write(to json: inout JSONWriter) { json.plain("null") }
}
