internal import Linux
internal import Squashfs
internal import SystemPackage

/// Opens the files that a walk found, and keeps the tree true to what was opened.
///
/// The bytes, mode, owner, time and attributes that are stored under a name always come from one open file.
/// If a file is no longer the one that the walk saw, by device and inode, it is stored as it is now, and
/// reported.
struct FileReading {
    private let options: PackOptions
    private let roots: [FolderCursor]
    private let rootDevices: [UInt64]
    private let inodes: [UInt64]
    private let devices: [UInt64]
    private(set) var filler: NodeFiller
    private let appointed: Set<NodeID>
    /// How often, and for how long, to try a file on which somebody has a lease.
    private static let leaseTries = 6000
    private static let leasePauseMicroseconds: UInt32 = 20_000

    init(_ walk: borrowing TreeWalk) {
        options = walk.options
        roots = walk.roots
        rootDevices = walk.rootDevices
        inodes = walk.inodes
        devices = walk.devices
        filler = walk.filler
        appointed = walk.appointed
    }

    /// What `open` found out beside the file.
    struct Finding {
        /// Whether it is not as the walk saw it.
        var isChanged = false
        /// A name that has the inode now that this one had.
        var heir: NodeID?
    }

    /// Opens a node's file; `check` is called while that has to wait.
    mutating func open(
        _ node: NodeID,
        of tree: inout Tree,
        _ finding: inout Finding,
        check: () throws(PackError) -> Void
    ) throws -> SourceFile {
        let file = try file(at: node, of: tree, check: check)
        let status = file.status
        let seen = tree[node]
        guard status.kind == .file, isOnFileSystem(status, seen) else { throw Errno.noSuchFileOrDirectory }
        if !isSame(status.identity, node, seen) {
            finding.isChanged = true
            finding.heir = tree.separate(node)
        }
        if status.size != seen.size || status.stamp != seen.detail { finding.isChanged = true }
        return file
    }

    /// Writes into the node what the open file says; true when it was less open to others before.
    mutating func describe(_ file: borrowing SourceFile, in node: NodeID, of tree: inout Tree) throws -> Bool
    {
        let before = tree[node]
        let status = file.status
        try filler.judgeSize(status.size) { options.source(of: tree.path(of: node), in: before.origin) }
        try filler.fill(node, of: &tree, status, try file.attributes())
        tree[node].size = status.size
        // The walk did not know whether there is an access control list.
        let modes = [tree[node].permissions, UInt16(status.mode & 0o7777)]
        return !modes.contains(before.permissions) || tree[node].user != before.user
            || tree[node].group != before.group
    }

    /// Looks again at what protects a file, after its bytes; true when that is not as at the opening.
    ///
    /// Somebody may have closed the file to others, and then written a secret into it.
    mutating func narrow(
        _ node: NodeID,
        of tree: inout Tree,
        _ file: borrowing SourceFile,
        _ now: NodeStatus
    ) throws(PackError) -> Bool {
        guard !now.isProtected(as: file.status) else { return false }
        try filler.narrow(node, of: &tree, now)
        return true
    }

    /// The same for the folders, after all files; returns those that are not as the walk saw them.
    ///
    /// A folder that is gone may have been closed before.
    mutating func narrowFolders(
        of tree: inout Tree,
        check: () throws(PackError) -> Void
    ) throws(PackError) -> [NodeID] {
        var changed: [NodeID] = []
        for (origin, root) in roots.enumerated() {
            for (node, now) in try root.reprotected(in: tree, check: check)
            where Int(tree[node].origin) == origin && !appointed.contains(node) {
                if let now {
                    try filler.narrow(node, of: &tree, now)
                } else {
                    tree[node].permissions &= 0o7700
                }
                if changed.last != node { changed.append(node) }
            }
        }
        return changed
    }

    private func file(
        at node: NodeID,
        of tree: Tree,
        check: () throws(PackError) -> Void
    ) throws -> SourceFile {
        let folder = NodeID(Int(tree[node].parent))
        let name = tree.name(of: node)
        for _ in 0..<Self.leaseTries {
            let failure: Errno
            do throws(Errno) {
                return try roots[Int(tree[node].origin)].enter(folder, in: tree).file(named: name)
            } catch { failure = error }
            guard failure == .wouldBlock else { throw failure }
            // Somebody has a lease on it, and was told now; the kernel takes it away after a while.
            try check()
            pause(microseconds: Self.leasePauseMicroseconds)
        }
        throw Errno.wouldBlock
    }

    private func isOnFileSystem(_ status: NodeStatus, _ seen: Node) -> Bool {
        guard options.staysOnFileSystem else { return true }
        let device = status.identity.device
        return device == rootDevices[Int(seen.origin)]
            || Int(seen.device) < devices.count
                && device == devices[Int(seen.device)]
    }

    private func isSame(_ identity: FileIdentity, _ node: NodeID, _ seen: Node) -> Bool {
        identity.inode == inodes[node.index] && Int(seen.device) < devices.count
            && identity.device == devices[Int(seen.device)]
    }
}
