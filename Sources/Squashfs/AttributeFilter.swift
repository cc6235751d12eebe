/// Which extended attributes stay out of an image, by patterns for their names.
package struct AttributeFilter: Sendable {
    private var globs: [Glob] = []

    package init() {}

    /// Adds a pattern like `security.selinux` or `user.*`; false when it is none.
    package mutating func exclude(_ pattern: [UInt8]) -> Bool {
        guard let glob = Glob(pattern[...]), !pattern.isEmpty else { return false }
        globs.append(glob)
        return true
    }

    package func keeps(_ attribute: ExtendedAttribute) -> Bool {
        !globs.contains { $0.matches(attribute.name[...]) }
    }
}
