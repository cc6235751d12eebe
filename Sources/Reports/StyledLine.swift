internal import Wire

/// A line of text, and how it stands out on a terminal with colours.
package struct StyledLine: Equatable, Sendable {
    /// The role of a line, in the colours that every terminal has.
    package enum Style: String, Sendable {
        case plain = "0"
        case heading = "1"
        case good = "32"
        case warning = "33"
        case inverse = "7"
    }

    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }

    /// What to print, without a newline.
    package func rendered(inColour: Bool) -> String {
        inColour && style != .plain && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The same line, cut to this many columns.
    func cut(to width: Int) -> StyledLine { StyledLine(text.cut(to: width), style) }
}
