internal import Squashfs

/// The order in which files are stored: by name, with a folder's contents at the place of the folder's name,
/// as mksquashfs does; neighbours in the tree are neighbours in the image.
struct TreeOrder {
    /// Children that are left, by folder on the way to the current one.
    private var left: [Range<Int>]

    init(_ tree: Tree) {
        left = [Self.children(of: .root, tree)]
    }

    private static func children(of folder: NodeID, _ tree: Tree) -> Range<Int> {
        let first = Int(tree[folder].detail)
        return first..<first + Int(tree[folder].count)
    }

    /// The next file.
    mutating func next(in tree: Tree) -> NodeID? {
        while let place = left.indices.last {
            guard let index = left[place].first else {
                left.removeLast()
                continue
            }
            left[place] = index + 1..<left[place].upperBound
            let node = NodeID(index)
            switch tree[node].kind {
            case .file: return node
            case .folder: left.append(Self.children(of: node, tree))
            case .link, .blockDevice, .characterDevice, .pipe, .socket, .alias, .gone: break
            }
        }
        return nil
    }
}
