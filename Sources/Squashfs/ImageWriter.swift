/// Turns a tree and its placed data into the rest of the image.
package struct ImageWriter {
    private let tree: Tree
    private let data: DataArea
    private let compressor: any BlockCompressor
    private var inodes: MetadataWriter
    private var listings: MetadataWriter
    /// By node: its inode's number, 0 when it has none.
    private var numbers: [UInt32]
    /// By inode number - 1.
    private var references: [UInt64]
    /// By node, folders only, while their inodes are not written.
    private var folders: [Int: FolderContent] = [:]

    /// `data` has every block placed; a file's `detail` in the tree is its `DataID`'s index.
    package init(tree: Tree, data: DataArea, compressor: any BlockCompressor) throws(ImageError) {
        self.tree = tree
        self.data = data
        self.compressor = compressor
        inodes = MetadataWriter(compressor: compressor)
        listings = MetadataWriter(compressor: compressor)
        numbers = Self.numbers(of: tree)
        references = Array(repeating: UInt64.max, count: Int(numbers[NodeID.root.index]))
    }

    /// Inodes are numbered as they are written, so that the figures of the tables rise and compress well.
    private static func numbers(of tree: Tree) -> [UInt32] {
        var numbers: [UInt32] = Array(repeating: 0, count: tree.nodes.count)
        var last: UInt32 = 0
        for index in tree.nodes.indices.reversed() where tree.nodes[index].kind == .folder {
            for child in tree.children(of: NodeID(index)) where tree[child].inodeKind != nil {
                last += 1
                numbers[child.index] = last
            }
        }
        numbers[NodeID.root.index] = last + 1
        return numbers
    }

    /// What stands at the image's start: a superblock's room and the method's options.
    package static func head(superblock: [UInt8], level: UInt32) -> [UInt8] {
        var bytes = superblock
        bytes.append(little: 4 | 0x8000 as UInt16)
        bytes.append(little: level)
        return bytes
    }

    /// The bytes of the tables, to be appended after the data, and the superblock that belongs to them.
    package mutating func finish(time: UInt32) throws(ImageError) -> (tables: [UInt8], superblock: Superblock)
    {
        let root = try writeInodes()
        var superblock = Superblock(blockSize: UInt32(data.blockSize))
        superblock.root = root
        superblock.time = time
        superblock.inodes = UInt32(references.count)
        superblock.fragments = UInt32(data.fragments.count)
        superblock.ids = UInt16(tree.identities.ids.count)
        superblock.flags = [.alwaysFragments, .duplicatesShared, .exportable, .methodOptions]
        if tree.attributes.isEmpty { superblock.flags.insert(.noAttributes) }

        let start = data.position
        superblock.inodeTable = start
        var tables = inodes.finish()
        superblock.folderTable = start + UInt64(tables.count)
        tables += listings.finish()
        superblock.fragmentTable = append(encodedFragments, to: &tables)
        superblock.exportTable = append(encodedReferences, to: &tables)
        superblock.idTable = append(tree.identities.encoded, to: &tables)
        superblock.attributeTable = tree.attributes.append(
            to: &tables,
            imageStart: start,
            compressor: compressor
        )
        superblock.bytesUsed = start + UInt64(tables.count)
        return (tables, superblock)
    }

    private func append(_ records: [UInt8], to tables: inout [UInt8]) -> UInt64 {
        LookupTable.append(records, to: &tables, imageStart: data.position, compressor: compressor)
    }

    private var encodedFragments: [UInt8] {
        var bytes: [UInt8] = []
        for fragment in data.fragments { fragment.encode(into: &bytes) }
        return bytes
    }

    private var encodedReferences: [UInt8] {
        var bytes: [UInt8] = []
        for reference in references { bytes.append(little: reference) }
        return bytes
    }

    /// Writes every folder's children before the folder itself; the root comes last.
    private mutating func writeInodes() throws(ImageError) -> MetadataReference {
        for index in tree.nodes.indices.reversed() where tree.nodes[index].kind == .folder {
            let folder = NodeID(index)
            for child in tree.children(of: folder) where tree[child].inodeKind != nil {
                try writeInode(of: child)
            }
            // A hard link's original may lie in a folder that is written later.
            for child in tree.children(of: folder) where tree[child].kind == .alias {
                let original = tree.original(of: child)
                let isLater = tree[original].inodeKind != nil && references[number(of: original)] == .max
                if isLater { try writeInode(of: original) }
            }
            folders[index] = try writeListing(of: folder)
        }
        try writeInode(of: .root)
        return MetadataReference(packed: references[number(of: .root)])
    }

    private func number(of node: NodeID) -> Int { Int(numbers[node.index]) - 1 }

    private mutating func writeListing(of folder: NodeID) throws(ImageError) -> FolderContent {
        var entries: [FolderEntry] = []
        for child in tree.children(of: folder) {
            let original = tree.original(of: child)
            guard let kind = tree[original].inodeKind else { continue }
            entries.append(
                FolderEntry(
                    name: tree.name(of: child),
                    kind: kind,
                    inode: MetadataReference(packed: references[number(of: original)]),
                    number: numbers[original.index]
                )
            )
        }
        let listing = FolderListing(entries, into: &listings)
        let parent = folder == .root ? UInt32(references.count + 1) : numbers[Int(tree[folder].parent)]
        return FolderContent(listing: listing.start, size: listing.size, parent: parent, index: listing.index)
    }

    private mutating func writeInode(of node: NodeID) throws(ImageError) {
        let number = number(of: node)
        guard references[number] == .max else { return }
        references[number] = inodes.reference.packed
        inodes.append(inode(of: node).encoded)
    }

    private mutating func inode(of id: NodeID) -> Inode {
        let node = tree[id]
        let content: Inode.Content =
            switch node.kind {
            case .folder: .folder(folders.removeValue(forKey: id.index) ?? FolderContent())
            case .file: .file(data.content(of: DataID(Int(node.detail))))
            case .link: .link(tree.target(of: id))
            case .blockDevice: .blockDevice(node.detail)
            case .characterDevice: .characterDevice(node.detail)
            case .socket: .socket
            case .pipe, .alias, .gone: .pipe
            }
        return Inode(
            permissions: node.permissions,
            user: node.user,
            group: node.group,
            modified: node.modified,
            number: numbers[id.index],
            links: node.kind == .folder ? folderLinks(id) : node.count,
            attributes: node.attributes,
            content: content
        )
    }

    /// A folder's own name, its ".", and the ".." of each folder in it.
    private func folderLinks(_ folder: NodeID) -> UInt32 {
        2 + UInt32(tree.children(of: folder).count { tree[$0].kind == .folder })
    }
}
