package import Squashfs
internal import SystemPackage

/// Finds what differs between an image and what packing with the same options would put into one now.
package struct TreeComparison {
    private let image: ImageReader
    private let options: PackOptions
    private var tree: Tree
    private var reading: FileReading
    /// One sentence a difference.
    package private(set) var differences: [String] = []
    /// What people should know about the folder.
    package private(set) var warnings: [String] = []
    /// Of nodes with several names: the inode that has the name in the image, and the other way round.
    private var numbers: [NodeID: UInt32] = [:]
    private var originals: [UInt32: NodeID] = [:]
    /// By the number of a folder's inode: its node.
    private var folders: [UInt32: NodeID] = [:]

    /// Walks the folder, by the options of the packing.
    package init(_ image: ImageReader, _ options: PackOptions) throws(PackError) {
        self.image = image
        var options = options
        options.blockSize = Int(image.superblock.blockSize)
        self.options = options
        var walk = TreeWalk(options)
        try walk.run()
        reading = FileReading(walk)
        tree = walk.tree
        warnings = walk.warnings
    }

    /// Compares everything.
    package mutating func run() throws(PackError) {
        var walk = ImageWalk(image)
        do {
            try walk.run(
                willList: { (folder, entries) throws(PackError) in compareNames(in: folder, entries) },
                visit: { (entry) throws(PackError) in try compare(entry) }
            )
        } catch {
            switch error {
            case .image(let error): throw .image(error)
            case .taker(let error): throw error
            }
        }
    }

    private mutating func note(_ node: NodeID, _ what: String) { note(tree.path(of: node), what) }

    private mutating func note(_ path: [UInt8], _ what: String) {
        differences.append("/\(printable(path)) \(what)")
    }

    private mutating func compareNames(in folder: ImageFolder, _ entries: [FolderEntry]) {
        guard let node = folders[folder.number] else { return }
        let known = Set(entries.map(\.name))
        for child in tree.children(of: node)
        where tree[child].kind != .gone && !known.contains(tree.name(of: child)) {
            note(child, "is not in the image")
        }
    }

    /// The node of a name in the image.
    private func node(of entry: ImageEntry) -> NodeID? {
        guard let parent = entry.folder else { return .root }
        guard let folder = folders[parent.number] else { return nil }
        return tree.child(of: folder, named: entry.name)
    }

    private mutating func compare(_ entry: ImageEntry) throws(PackError) {
        guard let node = node(of: entry) else {
            // Of a folder that is not there one sentence is enough.
            if entry.folder.map({ folders[$0.number] != nil }) ?? true {
                note(entry.path, "is only in the image")
            }
            return
        }
        let inode = entry.inode
        let original = tree.original(of: node)
        guard tree[original].kind.matches(inode.kind) else { return note(node, "is of another kind") }
        if inode.kind == .folder { folders[inode.number] = node }
        compareNames(node, original, inode)
        do {
            guard case .file(let content) = inode.content, entry.isFirstName, tree[original].size > 0 else {
                return try compareStatus(node, tree[original], inode)
            }
            try compareFile(content, node, inode)
        } catch let error as Errno {
            note(node, "cannot be read: \(error)")
        } catch let error as ImageError {
            throw .image(error)
        } catch let error as PackError {
            throw error
        } catch { throw .refused("\(error)") }
    }

    private mutating func compareNames(_ node: NodeID, _ original: NodeID, _ inode: Squashfs.Inode) {
        guard inode.kind != .folder, inode.links > 1 || tree[original].count > 1 else { return }
        if numbers.updateValue(inode.number, forKey: original) ?? inode.number != inode.number {
            note(node, "is another name of the same file only in the folder")
        }
        if originals.updateValue(original, forKey: inode.number) ?? original != original {
            note(node, "is another name of the same file only in the image")
        }
    }

    private mutating func compareStatus(_ node: NodeID, _ wanted: Node, _ inode: Squashfs.Inode) throws {
        if inode.permissions != wanted.permissions { note(node, "has another mode") }
        let ids = tree.identities.ids
        let owner = (image.ids[Int(inode.user)], image.ids[Int(inode.group)])
        if owner != (ids[Int(wanted.user)], ids[Int(wanted.group)]) { note(node, "has another owner") }
        if inode.modified != wanted.modified { note(node, "has another time") }
        let stored = (try? image.attributes(of: inode)).map { tree.attributes.number(of: $0) }
        if stored != wanted.attributes { note(node, "has other extended attributes") }
        switch inode.content {
        case .blockDevice(let device), .characterDevice(let device):
            if device != wanted.detail { note(node, "is another device") }
        case .link(let target):
            if tree.target(of: tree.original(of: node)) != target { note(node, "leads elsewhere") }
        case .file(let content) where wanted.kind == .file && wanted.size == 0:
            if content.size != 0 { note(node, "has another size") }
        case .folder, .file, .pipe, .socket: break
        }
    }

    private static func nothing() throws(PackError) {}

    private mutating func compareFile(_ content: FileContent, _ node: NodeID, _ inode: Squashfs.Inode) throws
    {
        let original = tree.original(of: node)
        var finding = FileReading.Finding()
        let file = try reading.open(original, of: &tree, &finding, check: Self.nothing)
        _ = try reading.describe(file, in: original, of: &tree)
        try compareStatus(original, tree[original], inode)
        guard file.status.size == content.size else { return note(node, "has another size") }
        var offset: UInt64 = 0
        var isSame = true
        do {
            try image.forEachBlock(of: content) { (bytes: [UInt8]?, length) throws(Errno) in
                guard isSame else { return }
                let start = offset
                offset += length
                if let bytes {
                    isSame = try file.read(at: start, count: bytes.count) == bytes
                } else {
                    isSame = try file.isZero(from: start, to: offset)
                }
            }
        } catch {
            switch error {
            case .image(let error): throw error
            case .taker(let error): throw error
            }
        }
        if !isSame { note(node, "has other bytes") }
    }
}

extension Node.Kind {
    /// Whether an inode of this kind is what such a node becomes.
    func matches(_ kind: InodeKind) -> Bool {
        switch (self, kind) {
        case (.folder, .folder), (.file, .file), (.link, .link), (.blockDevice, .blockDevice),
            (.characterDevice, .characterDevice), (.pipe, .pipe), (.socket, .socket):
            true
        default: false
        }
    }
}
