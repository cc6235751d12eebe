/// One inode as the image stores it.
///
/// ```text
///  0 kind, 16 bits   2 permissions   4 user's index   6 group's index   8 modified, 32 bits   12 number
/// 16 what the kind needs
/// ```
/// Every kind has a basic form, and an extended one (its kind is 7 higher) for what the basic one has no room
/// for.
package struct Inode: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case folder(FolderContent)
        case file(FileContent)
        case link([UInt8])
        case blockDevice(UInt32)
        case characterDevice(UInt32)
        case pipe
        case socket
    }

    /// In place of a set of extended attributes: there are none.
    package static let noAttributes = UInt32.max

    package var permissions: UInt16
    package var user: UInt16
    package var group: UInt16
    package var modified: UInt32
    package var number: UInt32
    package var links: UInt32
    package var attributes: UInt32
    package var content: Content

    /// How many bytes it takes in its table at least.
    var leastStoredBytes: UInt64 {
        switch content {
        case .folder(let folder): 32 + 12 * UInt64(folder.index.count)
        case .file(let file): 32 + 4 * file.list.count
        case .link(let target): 24 + UInt64(target.count)
        case .blockDevice, .characterDevice, .pipe, .socket: 20
        }
    }

    package var kind: InodeKind {
        switch content {
        case .folder: .folder
        case .file: .file
        case .link: .link
        case .blockDevice: .blockDevice
        case .characterDevice: .characterDevice
        case .pipe: .pipe
        case .socket: .socket
        }
    }
}

/// The kinds of inodes, as the basic inodes and the folders' entries number them.
package enum InodeKind: UInt16, CaseIterable, Sendable {
    case folder = 1
    case file, link, blockDevice, characterDevice, pipe, socket
}

/// Where a folder's listing is.
package struct FolderContent: Equatable, Sendable {
    package var listing = MetadataReference(block: 0, offset: 0)
    /// The listing's bytes; the inode stores three more, for the kernel's "." and "..".
    package var size: UInt32 = 0
    package var parent: UInt32 = 0
    package var index: [FolderIndexEntry] = []

    static let sizeExcess: UInt32 = 3
}

/// A signpost into a long listing: which metadata block starts with which name.
package struct FolderIndexEntry: Equatable, Sendable {
    /// Bytes of the listing before this place.
    package var position: UInt32
    package var block: UInt32
    package var name: [UInt8]
}

/// Where a file's bytes are.
package struct FileContent: Equatable, Sendable {
    /// More blocks than this in one file are neither written nor read: their sizes alone would take a GiB.
    package static let mostBlocks: UInt64 = 1 << 28

    package var start: UInt64 = 0
    package var size: UInt64 = 0
    /// Bytes that lie in holes.
    package var sparse: UInt64 = 0
    package var fragment = Fragment.none
    package var fragmentOffset: UInt32 = 0
    /// Of a file that is written.
    package var blocks: [StoredSize] = []
    /// Of a file that is read: where in the inode table the sizes of its blocks are.
    package var list = BlockList()
}

/// A list of blocks that stays in the image.
package struct BlockList: Equatable, Sendable {
    var start = MetadataReference(block: 0, offset: 0)
    var count: UInt64 = 0
}
