/// Looking things up in the text of /proc without copying it.
extension Span<UInt8> {
    /// The first place of a byte at or after `start`.
    func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        var index = start
        while index < count {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// The last place of a byte.
    func lastIndex(of byte: UInt8) -> Int? {
        var index = count - 1
        while index >= 0 {
            if self[index] == byte { return index }
            index -= 1
        }
        return nil
    }

    /// Whether `text` stands at `start`.
    func has(_ text: StaticString, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        for offset in 0..<text.utf8CodeUnitCount {
            // Safe: a static string's bytes live for ever, and the offset is below its count.
            if unsafe self[start + offset] != text.utf8Start[offset] { return false }
        }
        return true
    }

    /// Where the value begins in the line that begins with `label`: after it and any blanks.
    func value(ofLine label: StaticString) -> Int? {
        var line = 0
        while line < count {
            if has(label, at: line) { return skippingBlanks(from: line + label.utf8CodeUnitCount) }
            guard let end = firstIndex(of: UInt8(ascii: "\n"), from: line) else { return nil }
            line = end + 1
        }
        return nil
    }

    /// The first place at or after `start` that is neither blank nor tab.
    func skippingBlanks(from start: Int) -> Int {
        var index = start
        while index < count, self[index] == UInt8(ascii: " ") || self[index] == UInt8(ascii: "\t") {
            index += 1
        }
        return index
    }

    /// Where the `number`th blank-separated field begins, counting from 0 at `start`.
    func field(_ number: Int, from start: Int) -> Int? {
        var index = skippingBlanks(from: start)
        for _ in 0..<number {
            guard let blank = firstIndex(of: UInt8(ascii: " "), from: index) else { return nil }
            index = skippingBlanks(from: blank)
        }
        return index < count ? index : nil
    }

    /// The whole number that begins at `start`, nil when there is no digit or it does not fit.
    func integer<Number: FixedWidthInteger>(at start: Int, as type: Number.Type = Number.self) -> Number? {
        let negative = start < count && self[start] == UInt8(ascii: "-")
        let first = negative ? start + 1 : start
        var index = first
        var number: Number = 0
        while index < count, let digit = digit(at: index) {
            let (product, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflow) =
                negative
                ? product.subtractingReportingOverflow(Number(digit))
                : product.addingReportingOverflow(Number(digit))
            guard !tooLarge, !overflow else { return nil }
            number = sum
            index += 1
        }
        return index == first ? nil : number
    }

    /// The decimal fraction that begins at `start`, such as `0.29`.
    func decimal(at start: Int) -> Double? {
        guard let whole: UInt64 = integer(at: start) else { return nil }
        var value = Double(whole)
        var index = start
        while index < count, digit(at: index) != nil { index += 1 }
        guard index < count, self[index] == UInt8(ascii: ".") else { return value }
        index += 1
        var scale = 1.0
        while index < count, let digit = digit(at: index) {
            scale /= 10
            value += Double(digit) * scale
            index += 1
        }
        return value
    }

    /// A stretch as text that is safe to print: broken UTF-8 and every control or format character is
    /// replaced.
    func printable(_ range: Range<Int>, nul: UInt8 = UInt8(ascii: "?")) -> String {
        var isASCII = true
        // Safe: as many bytes are written as there is room for. A name of the kernel's fits without
        // allocating.
        let text = unsafe String(unsafeUninitializedCapacity: range.count) { bytes in
            for (place, index) in range.enumerated() {
                let byte = self[index]
                isASCII = isASCII && byte < 0x80
                unsafe bytes[place] = byte == 0 ? nul : byte < 0x20 || byte == 0x7F ? UInt8(ascii: "?") : byte
            }
            return range.count
        }
        return isASCII ? text : text.replacingInvisibles()
    }

    private func digit(at index: Int) -> UInt8? {
        let digit = self[index] &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }
}

extension String {
    /// The same text with `?` for what a terminal would obey instead of showing.
    fileprivate func replacingInvisibles() -> String {
        var scalars = UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("?")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
