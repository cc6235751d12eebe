/// A weight for builds whose label matches a pattern, as in `dev-qt/*=0.5`.
package struct WeightRule: Equatable, Sendable {
    /// `*` stands for any bytes, `?` for one.
    package let pattern: String
    package let weight: Double

    /// Reads `PATTERN=WEIGHT`, with a weight from 0.01 to 100; nil when it is something else.
    package init?(_ text: String) {
        guard let equals = text.lastIndex(of: "="), equals > text.startIndex,
            let weight = Double(plain: text[text.index(after: equals)...]), (0.01...100).contains(weight)
        else { return nil }
        pattern = String(text[..<equals])
        self.weight = weight
    }

    /// Whether the pattern covers the whole label.
    package func matches(_ label: String) -> Bool {
        var pattern = Array(pattern.utf8)[...]
        var label = Array(label.utf8)[...]
        var retry: (pattern: ArraySlice<UInt8>, label: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                retry = (pattern, label)
            } else if let byte = label.first, pattern.first == byte || pattern.first == UInt8(ascii: "?") {
                pattern = pattern.dropFirst()
                label = label.dropFirst()
            } else if label.isEmpty, pattern.isEmpty {
                return true
            } else if let last = retry, !last.label.isEmpty {
                // The last star takes one byte more.
                pattern = last.pattern
                label = last.label.dropFirst()
                retry = (pattern, label)
            } else {
                return false
            }
        }
    }
}
