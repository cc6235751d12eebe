/// What `make --version` says, as far as it decides whether that make can use a jobserver at a path.
package struct MakeVersion: Equatable, Sendable {
    private let major: Int
    private let minor: Int

    /// Reads `GNU Make 4.4.1`, which is the first line; another make is none of ours.
    package init?(_ output: String) {
        let words = (output.split(whereSeparator: \.isNewline).first ?? "").split(separator: " ")
        guard words.count == 3, words[..<2] == ["GNU", "Make"] else { return nil }
        let parts = words[2].split(separator: ".")
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        self.major = major
        self.minor = minor
    }

    /// A sentence when this make will not take what MAKEFLAGS says.
    package var warning: String? {
        guard (major, minor) < (4, 4) else { return nil }
        return
            "make \(major).\(minor) knows no fifo: in MAKEFLAGS, and ends with an error: use make 4.4 or newer"
    }
}
