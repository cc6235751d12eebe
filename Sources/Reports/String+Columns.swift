internal import Wire

extension String {
    /// How many columns of a terminal the text takes, at most.
    var columns: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : unicodeScalars.reduce(0) { $0 + $1.columns }
    }

    /// The text, its end replaced by an ellipsis when it is wider than `width`.
    func cut(to width: Int) -> String {
        // No character has more columns than bytes.
        guard utf8.count > width, columns > width else { return self }
        var room = max(0, width - 1)
        let kept = unicodeScalars.prefix {
            room -= $0.columns
            return room >= 0
        }
        return String(kept) + (width > 0 ? "…" : "")
    }
}

extension Unicode.Scalar {
    /// The columns of a printable character; if terminals disagree, the larger number.
    fileprivate var columns: Int {
        if value < 0x300 { return 1 }
        if Self.wide.contains(where: { $0.contains(value) }) || properties.isEmojiPresentation { return 2 }
        switch properties.generalCategory {
        // But for the selector that makes a picture of the character before it.
        case .nonspacingMark, .enclosingMark: return value == 0xFE0F ? 1 : 0
        default: return 1
        }
    }

    /// The scripts of East Asia, in whole blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
        0x20000...0x3FFFD,
    ]
}
