/// One name in a tree that becomes an image.
///
/// Small: a tree may have a million of them.
package struct Node: Sendable {
    package enum Kind: Equatable, Sendable {
        case folder
        case file
        case link
        case blockDevice
        case characterDevice
        case pipe
        case socket
        /// Another name of an earlier node.
        case alias
        /// Left out of the image after it was found.
        case gone
    }

    package var kind: Kind
    package var permissions: UInt16 = 0
    package var user: UInt16 = 0
    package var group: UInt16 = 0
    package var modified: UInt32 = 0
    package var attributes = Inode.noAttributes
    /// A file's bytes as the walk saw them.
    package var size: UInt64 = 0
    /// What the kind needs: a folder's first child, an alias's original, a link's target, a device,
    /// a file's data, and until that is stored what tells whether the file was modified.
    package var detail: UInt32 = 0
    /// Names of a node that is not a folder; children of a folder.
    package var count: UInt32 = 1
    package internal(set) var parent: UInt32 = 0
    var nameStart: UInt32 = 0
    var nameLength: UInt16 = 0
    /// Which of the roots it was found in.
    package var origin: UInt8 = 0
    /// A file's file system, by the number that the walk gave to it.
    package var device: UInt16 = 0

    package init(kind: Kind) {
        self.kind = kind
    }

    /// The inode's kind, nil for those that have no inode of their own.
    var inodeKind: InodeKind? {
        switch kind {
        case .folder: .folder
        case .file: .file
        case .link: .link
        case .blockDevice: .blockDevice
        case .characterDevice: .characterDevice
        case .pipe: .pipe
        case .socket: .socket
        case .alias, .gone: nil
        }
    }
}

/// The place of a node in its tree.
package struct NodeID: Hashable, Comparable, Sendable {
    package let index: Int

    package init(_ index: Int) { self.index = index }

    package static let root = NodeID(0)
    package static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}
