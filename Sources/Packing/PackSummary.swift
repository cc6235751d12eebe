internal import Squashfs

/// What was packed.
package struct PackSummary: Sendable {
    package var imageBytes: UInt64
    package var fileBytes: UInt64
    package var inodes: UInt32
    package var fragments: UInt32
    package var duplicates = 0
    package var warnings: [String]
    package var changes: [String]
    package var unusedRules: [String]

    init(_ walk: TreeWalk, _ superblock: Superblock, _ data: DataArea) {
        imageBytes = superblock.bytesUsed
        inodes = superblock.inodes
        fragments = superblock.fragments
        fileBytes = walk.tree.nodes.reduce(0) { $0 + ($1.kind == .file ? $1.size : 0) }
        warnings = walk.warnings
        changes = walk.changes
        unusedRules = walk.options.rules.rules.enumerated()
            .filter { !walk.rulesHit.contains($0.offset) }.map(\.element.text)
    }
}
