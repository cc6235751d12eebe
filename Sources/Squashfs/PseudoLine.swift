/// A folder or device node that is in the image without being in the tree.
///
/// ```text
/// /proc d 555 0 0                  PATH d MODE UID GID
/// /dev/console c 600 0 5 5 1       PATH c|b MODE UID GID MAJOR MINOR
/// ```
/// A blank in PATH is written `\ `. A line about a folder that exists changes its owner and mode.
package struct PseudoLine: Equatable, Sendable {
    package let folder: [UInt8]
    package let name: [UInt8]
    package let kind: Node.Kind
    package let permissions: UInt16
    package let user: UInt32
    package let group: UInt32
    package let device: UInt32

    /// Reads a line; nil when it is not of one of the two forms.
    package init?(_ line: [UInt8]) {
        let words = Self.words(line)
        guard words.count >= 5, words[1].count == 1 else { return nil }
        switch words[1][0] {
        case UInt8(ascii: "d") where words.count == 5: kind = .folder
        case UInt8(ascii: "c") where words.count == 7: kind = .characterDevice
        case UInt8(ascii: "b") where words.count == 7: kind = .blockDevice
        default: return nil
        }
        let parts = words[0].split(separator: UInt8(ascii: "/"))
        let numbers = words[3...].compactMap { UInt32(String(decoding: $0, as: UTF8.self)) }
        guard let last = parts.last, last.count <= 255,
            !parts.contains(where: { Array("..".utf8).starts(with: $0) }),
            let mode = UInt16(String(decoding: words[2], as: UTF8.self), radix: 8), mode <= 0o7777,
            numbers.count == words.count - 3
        else { return nil }
        folder = Array(parts.dropLast().joined(separator: [UInt8(ascii: "/")]))
        name = Array(last)
        permissions = mode
        (user, group) = (numbers[0], numbers[1])
        guard kind != .folder else {
            device = 0
            return
        }
        let number = DeviceNumber(major: numbers[2], minor: numbers[3])
        guard DeviceNumber(packed: number.packed) == number else { return nil }
        device = number.packed
    }

    /// The words of a line; a backslash takes the next byte as it is.
    private static func words(_ line: [UInt8]) -> [[UInt8]] {
        var words: [[UInt8]] = [[]]
        var rest = line[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                if let escaped = rest.popFirst() { words[words.count - 1].append(escaped) }
            case UInt8(ascii: " "), UInt8(ascii: "\t"): words.append([])
            default: words[words.count - 1].append(byte)
            }
        }
        return words.filter { !$0.isEmpty }
    }
}
