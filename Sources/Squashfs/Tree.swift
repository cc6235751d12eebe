/// Everything that goes into an image except the files' bytes.
///
/// The children of a folder lie side by side in the order of their names, and after their folder: going through the
/// nodes backwards meets every child before its folder, without recursion.
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

    /// A folder's children, those that are gone included.
    package func children(of folder: NodeID) -> some RandomAccessCollection<NodeID> {
        let first = Int(self[folder].detail)
        return (first..<first + Int(self[folder].count)).lazy.map(NodeID.init)
    }

    package func name(of node: NodeID) -> [UInt8] {
        let start = Int(self[node].nameStart)
        return Array(texts[start..<start + Int(self[node].nameLength)])
    }

    /// The names from the root to the node with slashes between them; empty for the root.
    package func path(of node: NodeID) -> [UInt8] {
        var names: [[UInt8]] = []
        var place = node
        while place != .root {
            names.append(name(of: place))
            place = NodeID(Int(self[place].parent))
        }
        return Array(names.reversed().joined(separator: [UInt8(ascii: "/")]))
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

    /// Takes a name out of the image; what it names stays if it has another name, which all come later.
    package mutating func drop(_ node: NodeID) {
        let dropped = self[node]
        self[node].kind = .gone
        guard dropped.kind != .folder, dropped.count > 1 else { return }
        let others = ids.dropFirst(node.index).filter {
            self[$0].kind == .alias && self[$0].detail == UInt32(node.index)
        }
        guard let heir = others.first else { return }
        self[heir].kind = dropped.kind
        self[heir].permissions = dropped.permissions
        self[heir].user = dropped.user
        self[heir].group = dropped.group
        self[heir].modified = dropped.modified
        self[heir].attributes = dropped.attributes
        self[heir].size = dropped.size
        self[heir].detail = dropped.detail
        self[heir].count = dropped.count - 1
        for other in others.dropFirst() { self[other].detail = UInt32(heir.index) }
    }

    /// The node that has the inode of this one.
    package func original(of node: NodeID) -> NodeID {
        self[node].kind == .alias ? NodeID(Int(self[node].detail)) : node
    }
}
