/// A name for people: bytes that are not UTF-8, or that would steer a terminal, are shown as `\xNN`.
///
/// Controls include U+0080 to U+009F, invisible characters, and those that turn the direction of writing.
package func printable(_ name: [UInt8]) -> String {
    guard let text = String(validating: name, as: UTF8.self) else {
        return name.map { $0 >= 0x20 && $0 < 0x7F ? String(UnicodeScalar($0)) : escaped($0) }.joined()
    }
    return printable(text)
}

/// The same for a text.
package func printable(_ text: String) -> String {
    guard !text.unicodeScalars.allSatisfy(isShown) else { return text }
    return text.unicodeScalars.map { scalar in
        isShown(scalar) ? String(scalar) : String(scalar).utf8.map(escaped).joined()
    }.joined()
}

private func escaped(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count == 1 ? "0" : "") + digits
}

private func isShown(_ scalar: Unicode.Scalar) -> Bool {
    guard !scalar.isASCII else { return scalar.value >= 0x20 && scalar.value < 0x7F }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
}
