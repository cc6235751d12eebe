internal import Squashfs

/// Writes into a node what the tree on the disk says about a name.
struct NodeFiller {
    private let options: PackOptions
    /// Sentences about what cannot be in an image.
    private(set) var warnings: [String] = []

    init(_ options: PackOptions) { self.options = options }

    /// Mode, owner and time; `attributes` are left as they are when nil.
    mutating func fill(
        _ node: NodeID,
        of tree: inout Tree,
        _ status: NodeStatus,
        _ attributes: [ExtendedAttribute]?
    ) throws(PackError) {
        tree[node].permissions = AccessList.mode(UInt16(status.mode & 0o7777), without: attributes ?? [])
        tree[node].modified = clamped(status.modified)
        try setOwner(of: node, in: &tree, user: status.user, group: status.group)
        guard let attributes else { return }
        let wanted = attributes.filter(options.keeps)
        tree[node].attributes = tree.attributes.number(of: wanted)
        for attribute in wanted where !attribute.isStorable {
            let sentence = "squashfs cannot hold the attribute \(printable(attribute.name))"
            if !warnings.contains(sentence) { warnings.append(sentence) }
        }
    }

    /// Leaves to others only what the node and a later status both allow; the owner is the later one.
    ///
    /// For what was read between the two may have been written for either.
    mutating func narrow(_ node: NodeID, of tree: inout Tree, _ later: NodeStatus) throws(PackError) {
        tree[node].permissions &= UInt16(later.mode & 0o7777)
        try setOwner(of: node, in: &tree, user: later.user, group: later.group)
    }

    mutating func setOwner(of node: NodeID, in tree: inout Tree, user: UInt32, group: UInt32)
        throws(PackError)
    {
        do {
            tree[node].user = try tree.identities.index(of: options.allRoot ? 0 : user)
            tree[node].group = try tree.identities.index(of: options.allRoot ? 0 : group)
        } catch { throw .image(error) }
    }

    /// Refuses a file whose blocks' sizes alone would fill the memory.
    func judgeSize(_ size: UInt64, of source: () -> [UInt8]) throws(PackError) {
        guard size / UInt64(options.blockSize) < FileContent.mostBlocks else {
            throw .image(
                .tooLarge(
                    "\(printable(source())) has \(size) bytes, too many for blocks of \(options.blockSize)"
                )
            )
        }
    }

    /// The format's time: whole seconds from 1970 to 2106, and none later than was asked for.
    private func clamped(_ seconds: Int64) -> UInt32 {
        min(UInt32(clamping: seconds), options.latestTime ?? .max)
    }
}
