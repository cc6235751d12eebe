internal import Linux
internal import Squashfs
internal import SystemPackage

/// A place in a root that goes from folder to folder, one name at a time.
///
/// At most two folders are open, however deep the tree is. A folder that was entered once must stay the same,
/// by device and inode: if another one is put in its place meanwhile, the folder has vanished for the image.
final class FolderCursor {
    /// What identifies the folder that was entered before.
    struct Seen: Equatable {
        let identity: FileIdentity
        let mode: UInt32
        let user: UInt32
        let group: UInt32

        init(_ status: NodeStatus) {
            identity = status.identity
            (mode, user, group) = (status.mode, status.user, status.group)
        }

        /// Some file systems number a folder anew after they have dropped it from memory.
        ///
        /// Then its mode and owner must be as they were; otherwise its contents could be less protected in
        /// the image.
        func isStill(_ now: Seen) -> Bool {
            identity == now.identity || (mode, user, group) == (now.mode, now.user, now.group)
        }
    }

    private let root: Folder
    private var open: Folder
    /// The folders from the root to the open one; each has a larger number than the one before.
    private var way: [NodeID] = [.root]
    private var seen: [NodeID: Seen] = [:]
    /// Folders that had another mode or owner when they were left than when they were entered first.
    private var whenLeft: [NodeID: NodeStatus] = [:]

    init(root path: [UInt8]) throws(Errno) {
        root = try Folder(root: path)
        open = root
        seen[.root] = Seen(try root.status())
    }

    /// Opens a folder of the tree.
    ///
    /// Where a folder on the way is gone or another one, the error means that it vanished.
    func enter(_ node: NodeID, in tree: Tree) throws(Errno) -> Folder {
        var below: [NodeID] = []
        var place = node
        while self.place(of: place) == nil {
            below.append(place)
            place = NodeID(Int(tree[place].parent))
        }
        try climb(to: place, in: tree)
        for next in below.reversed() { try descend(into: next, in: tree) }
        return open
    }

    /// The folders that were entered and that have another mode or owner since, in order.
    ///
    /// Nil stands for what they have now: the folder is not there any more, so nobody knows.
    func reprotected(
        in tree: Tree,
        check: () throws(PackError) -> Void
    ) throws(PackError) -> [(node: NodeID, now: NodeStatus?)] {
        leave()
        var found: [(node: NodeID, now: NodeStatus?)] = []
        for node in seen.keys.sorted() where tree[node].kind == .folder {
            try check()
            if let then = whenLeft[node] { found.append((node, then)) }
            let now = try? enter(node, in: tree).status()
            if now.map({ isProtected(node, as: $0) }) != true { found.append((node, now)) }
        }
        return found
    }

    private func isProtected(_ node: NodeID, as now: NodeStatus) -> Bool {
        seen[node].map { ($0.mode, $0.user, $0.group) == (now.mode, now.user, now.group) } ?? true
    }

    /// Looks once more at the open folder, which may have no name any more through which to find it.
    private func leave() {
        guard let node = way.last, let now = try? open.status(), !isProtected(node, as: now) else { return }
        whenLeft[node] = now
    }

    /// A folder's place on the way.
    private func place(of node: NodeID) -> Int? {
        var (low, high) = (0, way.count)
        while low < high {
            let middle = (low + high) / 2
            if way[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low < way.count && way[low] == node ? low : nil
    }

    private func climb(to node: NodeID, in tree: Tree) throws(Errno) {
        // From the root it may be nearer than from here.
        guard (place(of: node) ?? 0) * 2 >= way.count - 1 else { return try startAnew(to: node, in: tree) }
        while let last = way.last, last != node {
            guard let parent = try? open.parent(), let status = try? parent.status(),
                status.identity == seen[way[way.count - 2]]?.identity
            else { return try startAnew(to: node, in: tree) }
            leave()
            way.removeLast()
            open = parent
        }
    }

    private func startAnew(to node: NodeID, in tree: Tree) throws(Errno) {
        leave()
        let below = way.dropFirst().prefix { $0 <= node }
        (way, open) = ([.root], root)
        for next in below { try descend(into: next, in: tree) }
    }

    private func descend(into node: NodeID, in tree: Tree) throws(Errno) {
        let folder = try open.folder(named: tree.name(of: node))
        let now = Seen(try folder.status())
        if let before = seen[node] {
            guard before.isStill(now) else { throw .noSuchFileOrDirectory }
        } else {
            seen[node] = now
        }
        way.append(node)
        open = folder
    }
}
