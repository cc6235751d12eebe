/// The learnt sizes as a text that one daemon leaves to the next: a head with the version, then a line for
/// each kind.
extension JobSizes {
    private static let head = "steve job sizes 1"

    /// A package, a command (`-` for any) and the peaks in KiB; the kinds that were used longest ago come
    /// first.
    package var text: String {
        let lines = entries.map { entry in
            ([entry.kind.package, entry.kind.command].map(Self.word)
                + entry.peaks.inTime.map { "\($0 / 1_024)" }).joined(separator: " ")
        }
        return ([Self.head] + lines).map { $0 + "\n" }.joined()
    }

    /// Takes over the sizes in the text; false, and nothing changes, if the text has any other form.
    package mutating func read(_ text: String) -> Bool {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == Self.head[...], lines.last == "" else { return false }
        var kept: [(kind: JobKind, peaks: [Int])] = []
        for line in lines.dropFirst().dropLast() {
            let words = line.split(separator: " ")
            guard words.count > 2, let package = Self.name(words[0]), let command = Self.name(words[1]) else {
                return false
            }
            let peaks = words.dropFirst(2).compactMap { UInt32($0) }.map { Int($0) * 1_024 }
            guard peaks.count == words.count - 2 else { return false }
            kept.append((JobKind(package: package.name, command: command.name), peaks))
        }
        adopt(kept)
        return true
    }

    /// One word without blanks, whatever the name is: a process may be called anything.
    private static func word(_ name: String?) -> String {
        guard let name else { return "-" }
        let hexadecimal = Array("0123456789abcdef".utf8)
        var word: [UInt8] = []
        for byte in name.utf8 {
            let isPlain = byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "%")
            word +=
                isPlain && !(name == "-")
                ? [byte]
                : [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
        }
        return word.isEmpty ? "%" : String(decoding: word, as: UTF8.self)
    }

    private struct Name {
        let name: String?
    }

    /// What `word` made the word of; nil: nothing.
    private static func name(_ word: Substring) -> Name? {
        guard word != "-" else { return Name(name: nil) }
        guard word != "%" else { return Name(name: "") }
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return Name(name: String(decoding: bytes, as: UTF8.self))
    }
}
