internal import Glibc
internal import Linux

/// Where an image will be, and its name while it is written.
struct OutputName {
    let folder: [UInt8]
    let file: [UInt8]
    private let unfinished: [UInt8]
    private static let randomDigits = 12

    /// Nil for a path that names no file.
    init?(_ path: [UInt8]) {
        let cut = path.lastIndex(of: UInt8(ascii: "/"))
        folder = cut.map { Array(path[...$0]) } ?? [UInt8(ascii: ".")]
        file = cut.map { Array(path[($0 + 1)...]) } ?? path
        let mark = Array(".unfinished.".utf8)
        // A name has 255 bytes at most.
        unfinished = file.prefix(255 - mark.count - Self.randomDigits) + mark
        guard !file.isEmpty else { return nil }
    }

    func path(_ name: [UInt8]) -> [UInt8] {
        folder == [UInt8(ascii: ".")] ? name : folder + name
    }

    /// Whether a name in the folder is that of an unfinished image of this name.
    func isUnfinished(_ name: [UInt8]) -> Bool {
        name.starts(with: unfinished) && name.count == unfinished.count + Self.randomDigits
    }

    /// A name that nobody can foretell.
    func newUnfinished() -> [UInt8] {
        let digits = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var random = SystemRandomNumberGenerator()
        return unfinished
            + (0..<Self.randomDigits).map { _ in digits[Int.random(in: 0..<32, using: &random)] }
    }
}
