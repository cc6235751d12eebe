/// The words of the command line as bytes, because a path need not be UTF-8.
///
/// Options are parsed as strings. In a word that is not UTF-8 each byte above 127 becomes a scalar of its own
/// that no text means, and becomes a byte again where bytes are needed. So it does in a word with combining
/// marks: one after `--output=` would make another character of the equals sign.
package enum RawArguments {
    private static let first: UInt32 = 0x10_FE00

    /// The words after the program's name.
    package static var words: [String] {
        guard let file = try? SourceFile(path: Array("/proc/self/cmdline".utf8)),
            let bytes = try? file.readToEnd(upTo: .max)
        else { return Array(CommandLine.arguments.dropFirst()) }
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropFirst().dropLast().map {
            string(Array($0))
        }
    }

    static func string(_ word: [UInt8]) -> String {
        if let text = String(validating: word, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.value < first }), text.count == text.unicodeScalars.count
        {
            return text
        }
        var text = ""
        for byte in word {
            let value = byte < 0x80 ? UInt32(byte) : first + UInt32(byte)
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// The bytes of a word, or of a part of one.
    package static func bytes(of word: String) -> [UInt8] {
        word.unicodeScalars.flatMap { scalar in
            scalar.value < first ? Array(String(scalar).utf8) : [UInt8(truncatingIfNeeded: scalar.value)]
        }
    }
}
