internal import Squashfs

/// The result of packing.
package struct PackSummary: Sendable {
    package var imageBytes: UInt64
    package var fileBytes: UInt64
    package var inodes: UInt32
    package var fragments: UInt32
    package var duplicates = 0
    package var warnings: [String]
    package var changes: [String]
    package var unusedRules: [String]
    /// Whether the image is for its owner only, because not everybody may read all that is in it.
    package var isPrivate = false

    /// What is known after the walk.
    init(_ walk: TreeWalk) {
        imageBytes = 0
        inodes = 0
        fragments = 0
        fileBytes = walk.tree.nodes.reduce(0) { $0 + ($1.kind == .file ? $1.size : 0) }
        warnings = walk.warnings
        changes = walk.changes
        unusedRules = walk.options.rules.rules.enumerated()
            .filter { !walk.rulesHit.contains($0.offset) }.map(\.element.text)
    }

    /// Adds what is known when the image is complete.
    mutating func add(_ superblock: Superblock) {
        imageBytes = superblock.bytesUsed
        inodes = superblock.inodes
        fragments = superblock.fragments
    }
}
