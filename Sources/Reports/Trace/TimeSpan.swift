internal import Wire

/// A time as people write it: `90`, `90s`, `30m`, `1.5h`.
package struct TimeSpan: Equatable, Sendable {
    package let seconds: Double

    /// What it has to look like, for people.
    package static let rule = "a time such as 90s, 30m or 2h"

    package init?(_ text: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Double(plain: unit == nil ? text[...] : text.dropLast()), number >= 0,
            number <= 1e8
        else {
            return nil
        }
        seconds = number * (unit ?? 1)
    }
}
