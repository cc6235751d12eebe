/// A name for people: what is not printable UTF-8 is shown as `\xNN`.
package func printable(_ name: [UInt8]) -> String {
    if let text = String(validating: name, as: UTF8.self), !name.contains(where: { $0 < 0x20 || $0 == 0x7F })
    {
        return text
    }
    return name.map { byte in
        if byte >= 0x20, byte < 0x7F { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
}
