/// One extended attribute of a file, with its whole name.
package struct ExtendedAttribute: Hashable, Sendable {
    /// The name spaces that the format knows; each is stored as its number here.
    static let prefixes: [[UInt8]] = ["user.", "trusted.", "security."].map { Array($0.utf8) }

    package var name: [UInt8]
    package var value: [UInt8]

    package init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// Whether the format has a number for this name space.
    ///
    /// `system.posix_acl_access` has none.
    package var isStorable: Bool {
        Self.prefixes.contains { name.starts(with: $0) && name.count > $0.count }
    }
}

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
