/// Builds whose label is like a pattern weigh so much, as in `dev-qt/*=0.5`.
package struct WeightRule: Equatable, Sendable {
    /// `*` stands for any bytes, `?` for one.
    package let pattern: String
    package let weight: Double

    /// Reads `PATTERN=WEIGHT`; the sentence says what is wrong.
    package init(_ text: String) throws(WeightRuleError) {
        guard let equals = text.lastIndex(of: "="), equals > text.startIndex else {
            throw .notAnAssignment(text)
        }
        let number = text[text.index(after: equals)...]
        guard let weight = Double(number), weight >= 0.01, weight <= 100 else {
            throw .badWeight(text, String(number))
        }
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

extension [WeightRule] {
    /// The weight of a build: that of the last rule that matches, else 1.
    package func weight(of label: String) -> Double {
        last { $0.matches(label) }?.weight ?? 1
    }
}

/// Why a weight was refused.
package enum WeightRuleError: Error, Equatable, CustomStringConvertible {
    case notAnAssignment(String)
    case badWeight(String, String)

    package var description: String {
        switch self {
        case .notAnAssignment(let text):
            "cannot read the weight '\(text)': it must be PATTERN=NUMBER, as in dev-qt/*=0.5"
        case .badWeight(let text, let number):
            "cannot use the weight '\(text)': '\(number)' is not a number from 0.01 to 100"
        }
    }
}
