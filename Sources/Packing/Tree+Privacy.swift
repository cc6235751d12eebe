internal import Squashfs

extension Tree {
    /// Whether some file in the tree is not for everybody: by its own mode, or because a folder on the way is
    /// closed.
    ///
    /// Who can read the image can read it, members of a group that a mode like 604 keeps out as well.
    var hasPrivateFiles: Bool {
        var isClosed = Array(repeating: false, count: nodes.count)
        isClosed[0] = self[.root].permissions & 0o11 != 0o11
        for id in ids.dropFirst() {
            let node = self[id]
            let isBehindClosed = isClosed[Int(node.parent)]
            switch node.kind {
            case .folder: isClosed[id.index] = isBehindClosed || node.permissions & 0o11 != 0o11
            case .file where isBehindClosed || node.permissions & 0o44 != 0o44: return true
            case .alias where isBehindClosed && self[original(of: id)].kind == .file: return true
            case .file, .alias, .link, .blockDevice, .characterDevice, .pipe, .socket, .gone: break
            }
        }
        return false
    }
}
