package import SystemPackage

/// Single powers of root.
package struct Capabilities: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Give files to anybody.
    package static let changeOwner = Capabilities(rawValue: 1 << 0)
    /// Open any file for anything.
    package static let overrideAccess = Capabilities(rawValue: 1 << 1)
    /// Read any file, list any folder.
    package static let readAnything = Capabilities(rawValue: 1 << 2)
    /// Change the mode of anybody's file.
    package static let fileOwner = Capabilities(rawValue: 1 << 3)
    /// Send signals to anybody's processes.
    package static let kill = Capabilities(rawValue: 1 << 5)
    /// Look into other users' processes: what their open files are (the list itself needs `readAnything`),
    /// and all of /proc/PID where it is mounted with hidepid.
    package static let trace = Capabilities(rawValue: 1 << 19)
    /// Mount, unmount.
    package static let administrate = Capabilities(rawValue: 1 << 21)
    /// Make device nodes.
    package static let makeNodes = Capabilities(rawValue: 1 << 27)

    /// What this thread can do now.
    package static func effective() throws(Errno) -> Capabilities {
        try withContents(of: "/proc/thread-self/status", limit: 4096) { (text) throws(Errno) in
            guard let set = Capabilities(effectiveInStatus: text) else { throw Errno.badMessage }
            return set
        }
    }

    /// Reads the line CapEff of /proc/PID/status.
    package init?(effectiveInStatus text: Span<UInt8>) {
        guard let start = text.value(ofLine: "CapEff:"), start + 16 <= text.count,
            let value = UInt64(text.printable(start..<start + 16), radix: 16)
        else { return nil }
        self.init(rawValue: value)
    }
}
