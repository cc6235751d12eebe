internal import Linux
package import Squashfs
internal import SystemPackage

/// Finds what goes into an image; everything that must know this uses this walk.
///
/// Several roots are laid over each other: folders are joined; of anything else the later root's is taken.
package struct TreeWalk {
    /// A folder whose children are not known yet.
    struct Open {
        let node: NodeID
        /// The roots that have it; none when a line put it there or it is a mount point.
        let origins: [UInt8]
        /// What was at its name in the last of these roots.
        var seen: FolderCursor.Seen?
        /// The rule that excludes it.
        var excludedBy: Int?
        let rules: RuleMatcher.Place
        let plan: Int?
    }

    let options: PackOptions
    package var tree = Tree(root: Node(kind: .folder))
    package var warnings: [String] { filler.warnings + sentences }
    var sentences: [String] = []
    /// Sentences about what changed during the walk.
    package var changes: [String] = []
    /// The rules that decided about something.
    package var rulesHit: Set<Int> = []
    var roots: [FolderCursor] = []
    var rootDevices: [UInt64] = []
    /// What got its mode and owner from a line.
    private(set) var appointed: Set<NodeID> = []
    /// By node: the inode that was there.
    private(set) var inodes: [UInt64] = [0]
    var devices: [UInt64] = []
    var filler: NodeFiller
    /// The image that is to be replaced and unfinished ones of its name: none of them belongs in the image.
    var ownImages: Set<FileIdentity> = []
    let rules: RuleMatcher
    /// Hears of every name, if somebody wants that; then excluded folders are searched, too.
    var hearsOf: ((NameSeen) -> Void)?
    private var open: [Open] = []
    /// Excluded folders that stay only if something in them does.
    private var doubtful: [NodeID] = []
    private var hardLinks: [FileIdentity: NodeID] = [:]
    private var plan: PseudoPlan?

    /// Prepares a walk; nothing is read yet.
    package init(_ options: PackOptions) {
        self.options = options
        filler = NodeFiller(options)
        rules = RuleMatcher(options.rules)
    }

    /// Walks everything; afterwards `tree` is whole.
    ///
    /// `check` is called for each folder, and ends the walk when it throws.
    package mutating func run(until check: () throws(PackError) -> Void = {}) throws(PackError) {
        guard options.roots.count <= 256 else {
            throw .refused("\(options.roots.count) roots are too many: 256 at most")
        }
        plan = try PseudoPlan(options.pseudo)
        try addRoot()
        findOwnImages()
        while let next = open.popLast() {
            try check()
            try scan(next)
        }
        if let orphan = plan?.orphan {
            throw .refused(
                "there is no folder /\(printable(orphan.folder)) for \(printable(orphan.name)): add a line for the folder"
            )
        }
        for folder in doubtful.reversed()
        where tree.children(of: folder).allSatisfy({ tree[$0].kind == .gone }) {
            tree[folder].kind = .gone
        }
        hardLinks = [:]
    }

    private mutating func scan(_ folder: Open) throws(PackError) {
        var pending = plan?.take(folder.plan)[...] ?? []
        var below: [Open] = []
        for entry in try found(in: folder) {
            while let line = pending.first, line.name.lexicographicallyPrecedes(entry.name) {
                below += try add(pending.removeFirst(), to: folder)
            }
            let isReplaced = pending.first?.name == entry.name
            if isReplaced, entry.kind != .folder || pending.first?.kind != .folder {
                below += try add(pending.removeFirst(), to: folder)
                continue
            }
            let node = try add(entry, to: folder.node)
            if isReplaced { try apply(pending.removeFirst(), to: node) }
            guard entry.kind == .folder else { continue }
            below.append(
                Open(
                    node: node,
                    origins: entry.origins,
                    seen: isReplaced ? nil : FolderCursor.Seen(entry.status),
                    excludedBy: entry.excludedBy,
                    rules: rules.place(of: entry.name, in: folder.rules),
                    plan: plan?.place(of: entry.name, in: folder.plan)
                )
            )
            if entry.excludedBy != nil, !isReplaced { doubtful.append(node) }
        }
        for line in pending { below += try add(line, to: folder) }
        open += below.reversed()
    }

    // MARK: Nodes

    private mutating func addRoot() throws(PackError) {
        for root in options.roots {
            let status: NodeStatus
            let attributes: [ExtendedAttribute]
            do {
                let cursor = try FolderCursor(root: root)
                let folder = try cursor.enter(.root, in: tree)
                (status, attributes) = (try folder.status(), try folder.attributes(of: []))
                roots.append(cursor)
            } catch { throw .cannot("open the root", path: root, error) }
            rootDevices.append(status.identity.device)
            try filler.fill(.root, of: &tree, status, attributes)
            tree[.root].origin = UInt8(rootDevices.count - 1)
        }
        open = [
            Open(
                node: .root,
                origins: options.roots.indices.map { UInt8($0) },
                rules: rules.root,
                plan: PseudoPlan.root
            )
        ]
    }

    private mutating func add(_ entry: FoundEntry, to folder: NodeID) throws(PackError) -> NodeID {
        let status = entry.status
        let isShared = entry.kind != .folder && status.links > 1 && !entry.isMountPoint
        if isShared, let original = hardLinks[status.identity] {
            var alias = Node(kind: .alias)
            alias.detail = UInt32(original.index)
            alias.origin = entry.origin
            tree[original].count += 1
            return add(alias, status, named: entry.name, to: folder)
        }
        var node = Node(kind: entry.kind)
        node.origin = entry.origins.last ?? entry.origin
        switch entry.kind {
        case .link: node.detail = tree.addTarget(entry.target)
        case .blockDevice, .characterDevice: node.detail = status.device
        // A mount point is empty: what is mounted on it belongs to another file system.
        case .file:
            node.size = entry.isMountPoint ? 0 : status.size
            node.detail = status.stamp
            node.device = number(of: status.identity.device)
        case .folder, .pipe, .socket, .alias, .gone: break
        }
        let place = add(node, status, named: entry.name, to: folder)
        if hearsOf == nil { try filler.judgeSize(node.size) { source(of: place) } }
        try filler.fill(place, of: &tree, status, entry.attributes)
        if isShared { hardLinks[status.identity] = place }
        return place
    }

    private mutating func add(
        _ node: Node,
        _ status: NodeStatus?,
        named name: [UInt8],
        to folder: NodeID
    ) -> NodeID {
        inodes.append(status?.identity.inode ?? 0)
        return tree.add(node, named: name, to: folder)
    }

    private mutating func number(of device: UInt64) -> UInt16 {
        if let known = devices.firstIndex(of: device) { return UInt16(known) }
        // More file systems than that: their files count as replaced when they are read, which is no more
        // than a word.
        guard devices.count < Int(UInt16.max) else { return .max }
        devices.append(device)
        return UInt16(devices.count - 1)
    }

    func source(of node: NodeID) -> [UInt8] { options.source(of: tree.path(of: node), in: tree[node].origin) }

    // MARK: Lines

    /// Adds what a line describes; a folder's own lines still have to be looked for.
    private mutating func add(_ line: PseudoLine, to folder: Open) throws(PackError) -> [Open] {
        var node = Node(kind: line.kind)
        node.modified = tree[folder.node].modified
        node.detail = line.device
        let place = add(node, nil, named: line.name, to: folder.node)
        try apply(line, to: place)
        guard line.kind == .folder else { return [] }
        let below = plan?.place(of: line.name, in: folder.plan)
        return [Open(node: place, origins: [], rules: rules.root, plan: below)]
    }

    private mutating func apply(_ line: PseudoLine, to place: NodeID) throws(PackError) {
        appointed.insert(place)
        tree[place].permissions = line.permissions
        try filler.setOwner(of: place, in: &tree, user: line.user, group: line.group)
    }
}
