/// The name of a device below /dev, and of everything that belongs to it: its socket, its lock.
package struct DeviceName: Hashable, Sendable, CustomStringConvertible {
    /// The name as it stands in /dev.
    package let description: String

    /// The name if nothing else is chosen.
    package static let steve = DeviceName(unchecked: "steve")

    /// What a name may look like, in words.
    ///
    /// A blank or a `$` would be legal in a file name, but not every client of a jobserver can read them in
    /// MAKEFLAGS.
    package static let rule =
        "a name of 1 to 64 letters, digits and . _ - + : @, other than . and .., not ending in .lock, .start or .sock"

    /// The name, or nil when it breaks the rule.
    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text != ".", text != "..",
            text.utf8.allSatisfy(Self.allows),
            // What is beside another device's socket.
            ![".lock", ".start", ".sock"].contains(where: text.hasSuffix)
        else { return nil }
        description = text
    }

    private init(unchecked text: String) {
        description = text
    }

    /// Where the device is.
    package var path: String { "/dev/" + description }

    private static func allows(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "._-+:@".utf8.contains(byte)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
