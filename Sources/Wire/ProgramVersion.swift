/// The version of a program, or of a package of Gentoo.
package struct ProgramVersion: Comparable, Sendable, CustomStringConvertible {
    private let numbers: [Int]
    /// Gentoo's `-r1`.
    private let revision: Int

    package init(_ numbers: Int...) {
        self.numbers = numbers
        revision = 0
    }

    /// The first number with a point in a line, such as `GNU Make 4.4.1` or `1.13.2.git`.
    package init?(in line: some StringProtocol) {
        for word in line.split(whereSeparator: { !($0.isNumber || $0 == "." || $0.isLetter) }) {
            let parts = word.split(separator: ".").prefix { $0.utf8.allSatisfy { (48...57).contains($0) } }
            let numbers = parts.compactMap { Int($0) }
            guard numbers.count >= 2 else { continue }
            self.numbers = numbers
            revision = 0
            return
        }
        return nil
    }

    /// A package's as Gentoo writes it, `1.13.2-r1`; a live ebuild's 9999 is newer than all.
    package init(package text: String) {
        let parts = text.split(separator: "-", maxSplits: 1)
        numbers = (parts.first ?? "").split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        revision = parts.count > 1 && parts[1].hasPrefix("r") ? Int(parts[1].dropFirst()) ?? 0 : 0
    }

    /// Its numbers with points between them.
    package var description: String { numbers.map(String.init).joined(separator: ".") }

    package static func == (one: Self, other: Self) -> Bool { !(one < other || other < one) }

    package static func < (one: Self, other: Self) -> Bool {
        for place in 0..<max(one.numbers.count, other.numbers.count) where one[place] != other[place] {
            return one[place] < other[place]
        }
        return one.revision < other.revision
    }

    /// 4.4 is 4.4.0.
    private subscript(place: Int) -> Int { place < numbers.count ? numbers[place] : 0 }
}
