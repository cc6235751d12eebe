/// Everything that goes into an image except the files' bytes.
///
/// The children of a folder lie side by side in the order of their names, and after their folder: going
/// through the nodes backwards meets every child before its folder, without recursion.
package struct Tree: Sendable {
    package private(set) var nodes: [Node]
    private var texts: [UInt8] = []
    private var targets: [Range<UInt32>] = []
    package var identities = IdentityTable()
    package var attributes = AttributeTable()

    /// A tree with only its root, which must be a folder.
    package init(root: Node) {
        nodes = [root]
        nodes[0].count = 0
    }

    package subscript(node: NodeID) -> Node {
        get { nodes[node.index] }
        set { nodes[node.index] = newValue }
    }

    package var ids: some RandomAccessCollection<NodeID> { nodes.indices.lazy.map(NodeID.init) }

    /// Adds a child to a folder.
    ///
    /// All children of a folder are added one after the other, in order of their names.
    @discardableResult
    package mutating func add(_ node: Node, named name: [UInt8], to folder: NodeID) -> NodeID {
        if self[folder].count == 0 { self[folder].detail = UInt32(nodes.count) }
        self[folder].count += 1
        var child = node
        child.parent = UInt32(folder.index)
        child.nameStart = UInt32(texts.count)
        child.nameLength = UInt16(name.count)
        if child.kind == .folder { child.count = 0 }
        texts += name
        nodes.append(child)
        return NodeID(nodes.count - 1)
    }

    /// A folder's children, including those that are gone.
    package func children(of folder: NodeID) -> some RandomAccessCollection<NodeID> {
        let first = Int(self[folder].detail)
        return (first..<first + Int(self[folder].count)).lazy.map(NodeID.init)
    }

    /// The child of that name, if it is in the image: a folder's are in order.
    package func child(of folder: NodeID, named name: [UInt8]) -> NodeID? {
        var low = Int(self[folder].detail)
        let end = low + Int(self[folder].count)
        var high = end
        while low < high {
            let middle = (low + high) / 2
            let isBefore = self.name(of: NodeID(middle)).lexicographicallyPrecedes(name)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        guard low < end, self.name(of: NodeID(low)) == name, nodes[low].kind != .gone else { return nil }
        return NodeID(low)
    }

    package func name(of node: NodeID) -> [UInt8] {
        let start = Int(self[node].nameStart)
        return Array(texts[start..<start + Int(self[node].nameLength)])
    }

    /// The names from the root to the node with slashes between them; empty for the root.
    package func path(of node: NodeID) -> [UInt8] {
        var backwards: [UInt8] = []
        var place = node
        while place != .root {
            if place != node { backwards.append(UInt8(ascii: "/")) }
            let start = Int(self[place].nameStart)
            backwards += texts[start..<start + Int(self[place].nameLength)].reversed()
            place = NodeID(Int(self[place].parent))
        }
        return backwards.reversed()
    }

    /// The path of a name in a folder, or of the folder when the name is empty.
    package func path(of folder: NodeID, _ name: [UInt8]) -> [UInt8] {
        let path = path(of: folder)
        return path.isEmpty ? name : name.isEmpty ? path : path + [UInt8(ascii: "/")] + name
    }

    /// Keeps a symbolic link's target; the result is the link's `detail`.
    package mutating func addTarget(_ target: [UInt8]) -> UInt32 {
        let start = UInt32(texts.count)
        texts += target
        targets.append(start..<UInt32(texts.count))
        return UInt32(targets.count - 1)
    }

    package func target(of link: NodeID) -> [UInt8] {
        let range = targets[Int(self[link].detail)]
        return Array(texts[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    /// Forgets the owners and attributes of what is not in the image, and leaves no trace of it there.
    package mutating func forgetUnused() {
        var areOwners = Array(repeating: false, count: identities.ids.count)
        var areAttributes = Array(repeating: false, count: attributes.count)
        for node in nodes where node.inodeKind != nil {
            areOwners[Int(node.user)] = true
            areOwners[Int(node.group)] = true
            if node.attributes != Inode.noAttributes { areAttributes[Int(node.attributes)] = true }
        }
        guard areOwners.contains(false) || areAttributes.contains(false) else { return }
        let owners = identities.keep(areOwners)
        let sets = attributes.keep(areAttributes)
        for index in nodes.indices where nodes[index].inodeKind != nil {
            nodes[index].user = owners[Int(nodes[index].user)]
            nodes[index].group = owners[Int(nodes[index].group)]
            guard nodes[index].attributes != Inode.noAttributes else { continue }
            nodes[index].attributes = sets[Int(nodes[index].attributes)]
        }
    }

    /// The latest time of what is in the image.
    package var latestTime: UInt32 {
        nodes.lazy.filter { $0.inodeKind != nil }.map(\.modified).max() ?? 0
    }

    /// Takes a name out of the image; its node stays if it has another name, all of which come later.
    ///
    /// Returns the first of these, which has the inode now.
    @discardableResult
    package mutating func drop(_ node: NodeID) -> NodeID? {
        let heir = separate(node)
        self[node].kind = .gone
        return heir
    }

    /// Makes a name a file of its own; the first of its other names takes over what they shared, and is
    /// returned.
    package mutating func separate(_ node: NodeID) -> NodeID? {
        let old = self[node]
        guard old.kind != .folder, old.count > 1 else { return nil }
        self[node].count = 1
        let others = ids.dropFirst(node.index).filter {
            self[$0].kind == .alias && self[$0].detail == UInt32(node.index)
        }
        guard let heir = others.first else { return nil }
        var new = old
        new.count -= 1
        new.parent = self[heir].parent
        new.nameStart = self[heir].nameStart
        new.nameLength = self[heir].nameLength
        new.origin = self[heir].origin
        self[heir] = new
        for other in others.dropFirst() { self[other].detail = UInt32(heir.index) }
        return heir
    }

    /// The node that has the inode of this one.
    package func original(of node: NodeID) -> NodeID {
        self[node].kind == .alias ? NodeID(Int(self[node].detail)) : node
    }
}
