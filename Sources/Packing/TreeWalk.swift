package import Squashfs
internal import SystemPackage

/// Finds what goes into an image.
///
/// Several roots are laid over each other: folders are joined, of anything else the later root's is taken.
package struct TreeWalk {
    /// A folder whose children are not known yet.
    private struct Open {
        let node: NodeID
        /// The roots that have it; none when a line put it there or it is a mount point.
        let origins: [UInt8]
        let isExcluded: Bool
    }

    let options: PackOptions
    package var tree = Tree(root: Node(kind: .folder))
    /// Sentences about what cannot be in an image.
    package var warnings: [String] = []
    /// Sentences about what changed during the walk.
    package var changes: [String] = []
    /// The rules that decided about something.
    package var rulesHit: Set<Int> = []
    var rootDevices: [UInt64] = []
    /// The image that is to be replaced and what a killed run left of it: neither belongs into the image.
    var ownImages: Set<FileStatus.Identity> = []
    private var open: [Open] = []
    /// Excluded folders that stay only if something in them does.
    private var doubtful: [NodeID] = []
    private var hardLinks: [FileStatus.Identity: NodeID] = [:]
    private var pseudo: [[UInt8]: [PseudoLine]]

    /// Prepares a walk; nothing is read yet.
    package init(_ options: PackOptions) {
        self.options = options
        pseudo = Dictionary(grouping: options.pseudo, by: \.folder)
    }

    /// Walks everything; afterwards `tree` is whole.
    ///
    /// `check` is called for each folder, and ends the walk when it throws.
    package mutating func run(until check: () throws(PackError) -> Void = {}) throws(PackError) {
        guard options.roots.count <= 256 else {
            throw .refused("\(options.roots.count) roots are too many: 256 at most")
        }
        try judgeLines()
        try addRoot()
        findOwnImages()
        open = [Open(node: .root, origins: options.roots.indices.map { UInt8($0) }, isExcluded: false)]
        while let next = open.popLast() {
            try check()
            try scan(next)
        }
        if let orphan = pseudo.values.first?.first {
            throw .refused(
                "there is no folder /\(printable(orphan.folder)) for \(printable(orphan.name)): add a line for the folder"
            )
        }
        for folder in doubtful.reversed()
        where tree.children(of: folder).allSatisfy({ tree[$0].kind == .gone }) {
            tree[folder].kind = .gone
        }
    }

    private mutating func scan(_ folder: Open) throws(PackError) {
        let path = tree.path(of: folder.node)
        var pending =
            pseudo.removeValue(forKey: path).map { $0.sorted { $0.name.lexicographicallyPrecedes($1.name) } }
            ?? []
        var below: [Open] = []
        for entry in try found(in: path, folder.origins, folder.isExcluded) {
            while let line = pending.first, line.name.lexicographicallyPrecedes(entry.name) {
                below += try add(pending.removeFirst(), to: folder.node)
            }
            let isReplaced = pending.first?.name == entry.name
            if isReplaced, entry.kind != .folder || pending[0].kind != .folder {
                below += try add(pending.removeFirst(), to: folder.node)
                continue
            }
            let node = try add(entry, to: folder.node)
            if isReplaced { try apply(pending.removeFirst(), to: node) }
            guard entry.kind == .folder else { continue }
            below.append(Open(node: node, origins: entry.origins, isExcluded: entry.isExcluded))
            if entry.isExcluded, !isReplaced { doubtful.append(node) }
        }
        for line in pending { below += try add(line, to: folder.node) }
        open += below.reversed()
    }

    // MARK: Nodes

    private mutating func addRoot() throws(PackError) {
        for root in options.roots {
            let status: FileStatus
            let attributes: [ExtendedAttribute]
            do {
                let folder = try Folder(root: root)
                (status, attributes) = (try folder.status(), try folder.attributes(of: []))
            } catch { throw .cannot("open the root", path: root, error) }
            rootDevices.append(status.identity.device)
            var node = tree[.root]
            try fill(&node, status, attributes)
            tree[.root] = node
        }
    }

    private mutating func add(_ entry: FoundEntry, to folder: NodeID) throws(PackError) -> NodeID {
        let isShared = entry.kind != .folder && entry.status.links > 1 && !entry.isMountPoint
        if isShared, let original = hardLinks[entry.status.identity] {
            var alias = Node(kind: .alias)
            alias.detail = UInt32(original.index)
            alias.origin = entry.origin
            tree[original].count += 1
            return tree.add(alias, named: entry.name, to: folder)
        }
        var node = Node(kind: entry.kind)
        node.origin = entry.origins.last ?? entry.origin
        try fill(&node, entry.status, entry.attributes)
        switch entry.kind {
        case .link: node.detail = tree.addTarget(entry.target)
        case .blockDevice, .characterDevice: node.detail = entry.status.device
        // A mount point is empty: what is mounted on it belongs to another file system.
        case .file:
            node.size = entry.isMountPoint ? 0 : try size(of: entry, in: folder)
            node.detail = entry.status.stamp
        case .folder, .pipe, .socket, .alias, .gone: break
        }
        let place = tree.add(node, named: entry.name, to: folder)
        if isShared { hardLinks[entry.status.identity] = place }
        return place
    }

    private func size(of entry: FoundEntry, in folder: NodeID) throws(PackError) -> UInt64 {
        let size = entry.status.size
        guard size / UInt64(options.blockSize) < FileContent.mostBlocks else {
            let path = tree.path(of: folder)
            let source = options.source(
                of: path.isEmpty ? entry.name : path + [UInt8(ascii: "/")] + entry.name,
                in: entry.origin
            )
            throw .image(
                .tooLarge(
                    "\(printable(source)) has \(size) bytes, too many for blocks of \(options.blockSize)"
                )
            )
        }
        return size
    }

    private mutating func fill(
        _ node: inout Node,
        _ status: FileStatus,
        _ attributes: [ExtendedAttribute]
    ) throws(PackError) {
        node.permissions = UInt16(status.mode & 0o7777)
        node.modified = clamped(status.modified)
        try setOwner(of: &node, user: status.user, group: status.group)
        node.attributes = tree.attributes.number(of: attributes)
        for attribute in attributes where !attribute.isStorable {
            let sentence = "squashfs cannot hold the attribute \(printable(attribute.name))"
            if !warnings.contains(sentence) { warnings.append(sentence) }
        }
    }

    private mutating func setOwner(of node: inout Node, user: UInt32, group: UInt32) throws(PackError) {
        do {
            node.user = try tree.identities.index(of: options.allRoot ? 0 : user)
            node.group = try tree.identities.index(of: options.allRoot ? 0 : group)
        } catch { throw .image(error) }
    }

    /// The format's time: whole seconds from 1970 to 2106, and none later than was asked for.
    private func clamped(_ seconds: Int64) -> UInt32 {
        min(UInt32(clamping: seconds), options.latestTime ?? .max)
    }

    // MARK: Lines

    private func judgeLines() throws(PackError) {
        for (folder, lines) in pseudo {
            var names: Set<[UInt8]> = []
            for line in lines where !names.insert(line.name).inserted {
                let path = printable(folder.isEmpty ? line.name : folder + [UInt8(ascii: "/")] + line.name)
                throw .refused("two lines of --pseudo are about /\(path)")
            }
        }
    }

    /// Adds what a line describes; a folder's own lines still have to be looked for.
    private mutating func add(_ line: PseudoLine, to folder: NodeID) throws(PackError) -> [Open] {
        var node = Node(kind: line.kind)
        node.modified = tree[folder].modified
        node.detail = line.device
        let place = tree.add(node, named: line.name, to: folder)
        try apply(line, to: place)
        return line.kind == .folder ? [Open(node: place, origins: [], isExcluded: false)] : []
    }

    private mutating func apply(_ line: PseudoLine, to place: NodeID) throws(PackError) {
        var node = tree[place]
        node.permissions = line.permissions
        try setOwner(of: &node, user: line.user, group: line.group)
        tree[place] = node
    }
}
