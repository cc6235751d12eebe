internal import Squashfs

/// The marks of overlayfs in an upper layer, which say what is removed from the layers below.
///
/// With several roots they take effect and are not in the image; with one root they are ordinary nodes and
/// attributes.
extension TreeWalk {
    /// Joins what the roots have under the same names; `entries` are in order of names and then of roots.
    mutating func joined(_ entries: [FoundEntry], in folder: Open) throws(PackError) -> [FoundEntry] {
        var joined: [FoundEntry] = []
        for var entry in entries {
            try judgeMarks(of: entry, in: folder)
            let below = joined.last?.name == entry.name ? joined.removeLast() : nil
            if entry.isWhiteout { continue }
            if let below, !entry.hidesBelow {
                try judgeKinds(below, entry, in: folder)
                entry.origins = below.origins + entry.origins
            }
            joined.append(entry)
        }
        return joined
    }

    /// An upper layer may have a file in place of a folder, without a mark; in two trees that is more often a
    /// mistake that would lose everything below.
    private func judgeKinds(_ below: FoundEntry, _ entry: FoundEntry, in folder: Open) throws(PackError) {
        guard (below.kind == .folder) != (entry.kind == .folder) else { return }
        let path = tree.path(of: folder.node, entry.name)
        let sources = (below.kind == .folder ? [below, entry] : [entry, below])
            .map { printable(options.source(of: path, in: $0.origin)) }
        throw .refused(
            "\(sources[0]) is a folder and \(sources[1]) is none, and neither is put in the other's place: "
                + "rename one, or mount the roots with overlayfs and pack that"
        )
    }

    /// Some marks lead to another place of the layers below, or say that the bytes are there.
    private func judgeMarks(of entry: FoundEntry, in folder: Open) throws(PackError) {
        for mark in ["redirect", "metacopy"] where entry.has(mark) {
            let path = printable(
                options.source(of: tree.path(of: folder.node, entry.name), in: entry.origin)
            )
            throw .refused(
                "\(path) has overlayfs' mark \"\(mark)\", which cannot be honoured: mount the layers and pack that"
            )
        }
    }
}

extension FoundEntry {
    /// Whether it only says that the name is gone.
    var isWhiteout: Bool {
        kind == .characterDevice && status.device == 0 || kind == .file && status.size == 0 && has("whiteout")
    }

    /// Whether nothing of the folders below is seen.
    var hidesBelow: Bool {
        kind == .folder && (attributes ?? []).contains { $0.isMark("opaque") && $0.value == Array("y".utf8) }
    }

    func has(_ mark: String) -> Bool { (attributes ?? []).contains { $0.isMark(mark) } }
}

extension ExtendedAttribute {
    /// Whether overlayfs put it there; with a name, whether it is that mark.
    func isMark(_ name: String = "") -> Bool {
        ["trusted.overlay.", "user.overlay."].contains { space in
            name.isEmpty ? self.name.starts(with: space.utf8) : self.name == Array((space + name).utf8)
        }
    }
}
