/// What `ctest --version` says, as far as it decides whether that ctest can use a jobserver.
package struct CTestVersion: Equatable, Sendable {
    private let major: Int
    private let minor: Int

    /// Reads `ctest version 3.25.1`.
    package init?(_ output: String) {
        let words = (output.split(whereSeparator: \.isNewline).first ?? "").split(separator: " ")
        guard words.count >= 3, words[..<2] == ["ctest", "version"] else { return nil }
        let parts = words[2].split(separator: ".")
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        (self.major, self.minor) = (major, minor)
    }

    /// A sentence when this ctest takes no tokens.
    package var warning: String? {
        guard (major, minor) < (3, 29) else { return nil }
        return
            "ctest \(major).\(minor) knows no jobserver: it runs as many tests as it is told to, uncounted (use 3.29)"
    }
}
