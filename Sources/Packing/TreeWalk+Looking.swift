internal import Linux
internal import Squashfs
internal import SystemPackage

/// A name that a root has in a folder.
struct FoundEntry {
    let name: [UInt8]
    let origin: UInt8
    let status: NodeStatus
    let kind: Node.Kind
    /// Nil for attributes that are read together with the file.
    var attributes: [ExtendedAttribute]?
    var target: [UInt8] = []
    var excludedBy: Int?
    var isMountPoint = false
    /// For a folder: the roots whose names are in it.
    var origins: [UInt8] = []
}

/// A name that a walk met, for those who count.
struct NameSeen {
    let path: () -> [UInt8]
    let status: NodeStatus
    /// The rule that decided about the name itself.
    let decidedBy: Int?
    /// The rule that keeps it out; its own or its folder's.
    let excludedBy: Int?
    /// Whether its folder stays out, too.
    let isInExcluded: Bool
    let isMountPoint: Bool
}

extension TreeWalk {
    /// The names in a folder of one or more roots, each once, in order.
    mutating func found(in folder: Open) throws(PackError) -> [FoundEntry] {
        var entries: [FoundEntry] = []
        for origin in folder.origins { entries += try list(folder, origin) }
        entries.sort {
            $0.name == $1.name ? $0.origin < $1.origin : $0.name.lexicographicallyPrecedes($1.name)
        }
        return options.roots.count > 1 ? try joined(entries, in: folder) : entries
    }

    private mutating func list(_ open: Open, _ origin: UInt8) throws(PackError) -> [FoundEntry] {
        do {
            let folder = try roots[Int(origin)].enter(open.node, in: tree)
            guard try isSame(folder, open, origin) else { return [] }
            var entries: [FoundEntry] = []
            for name in try folder.names() {
                if let entry = try look(at: name, in: folder, open, origin) { entries.append(entry) }
            }
            return entries
        } catch let error as PackError {
            throw error
        } catch let error as Errno where error.meansVanished && open.node != .root {
            noteVanished(open, [], origin)
            return []
        } catch let error as Errno where error.meansUnreachable && open.node != .root {
            noteUnreachable(open, [], origin, error)
            return []
        } catch {
            let source = source(of: open, [], origin)
            throw .cannot("read the folder", path: source, (error as? Errno) ?? .ioError)
        }
    }

    /// Whether a folder that was opened belongs to the root's file system, if that is all that is wanted.
    ///
    /// Another folder than was at the name before, or one that is protected in another way, is taken as it is
    /// now.
    private mutating func isSame(_ folder: Folder, _ open: Open, _ origin: UInt8) throws -> Bool {
        guard let before = open.seen, origin == open.origins.last else { return true }
        let status = try folder.status()
        guard FolderCursor.Seen(status) != before else { return true }
        changes.append("\(printable(source(of: open, [], origin))) changed while the tree was walked")
        try filler.fill(open.node, of: &tree, status, try folder.attributes(of: []))
        return !options.staysOnFileSystem || status.identity.device == rootDevices[Int(origin)]
    }

    /// What a name is, nil when it stays out.
    private mutating func look(
        at name: [UInt8],
        in folder: Folder,
        _ open: Open,
        _ origin: UInt8
    ) throws(PackError) -> FoundEntry? {
        do {
            let status = try folder.status(of: name)
            guard let kind = status.kind else { return nil }
            let device = options.staysOnFileSystem ? rootDevices[Int(origin)] : nil
            let decided = decision(on: name, isFolder: kind == .folder, open)
            guard decided.excludedBy == nil || isSearched(kind, name, open) || hearsOf != nil else {
                return nil
            }
            let isMountPoint = try folder.isMountPoint(name, status, on: device)
            hear(of: name, in: open, status, decided, isMountPoint: isMountPoint)
            guard decided.excludedBy == nil || isSearched(kind, name, open) else { return nil }
            guard !ownImages.contains(status.identity) else {
                let source = printable(source(of: open, name, origin))
                sentences.append("\(source) is the image that is being written; it is left out")
                return nil
            }
            var entry = FoundEntry(name: name, origin: origin, status: status, kind: kind)
            entry.excludedBy = decided.excludedBy
            entry.isMountPoint = isMountPoint
            if kind == .folder, !entry.isMountPoint { entry.origins = [origin] }
            if kind == .link { entry.target = try folder.target(of: name) }
            entry.attributes = try attributes(of: entry, in: folder)
            return entry
        } catch  where error.meansVanished {
            noteVanished(open, name, origin)
            return nil
        } catch {
            return try unknown(name, in: folder, open, origin, error)
        }
    }

    /// A name that cannot be looked at: the rules are asked first.
    private mutating func unknown(
        _ name: [UInt8],
        in folder: Folder,
        _ open: Open,
        _ origin: UInt8,
        _ error: Errno
    ) throws(PackError) -> FoundEntry? {
        let isFolder = folder.opensAsFolder(name)
        if decision(on: name, isFolder: isFolder, open).excludedBy != nil { return nil }
        guard isFolder, let status = try? folder.status().ofEmptyFolder else {
            throw .cannot("read the status of", path: source(of: open, name, origin), error)
        }
        noteUnreachable(open, name, origin, error)
        return FoundEntry(
            name: name,
            origin: origin,
            status: status,
            kind: .folder,
            attributes: [],
            isMountPoint: true
        )
    }

    /// A file's attributes are read with its bytes, from the same descriptor, unless they decide what kind of
    /// node it is.
    private func attributes(of entry: FoundEntry, in folder: Folder) throws(Errno) -> [ExtendedAttribute]? {
        if entry.kind == .file, entry.status.size > 0, options.roots.count == 1, !entry.isMountPoint {
            return nil
        }
        do { return try folder.attributes(of: entry.name) } catch {
            // Of a mount point that stays empty they are not worth the end.
            guard entry.isMountPoint, !error.meansVanished else { throw error }
            return []
        }
    }

    // MARK: Rules

    private struct Decision {
        let decidedBy: Int?
        let excludedBy: Int?
    }

    private mutating func decision(on name: [UInt8], isFolder: Bool, _ open: Open) -> Decision {
        guard let rule = rules.decision(on: name, isFolder: isFolder, in: open.rules) else {
            return Decision(decidedBy: nil, excludedBy: open.excludedBy)
        }
        rulesHit.insert(rule)
        return Decision(decidedBy: rule, excludedBy: options.rules.rules[rule].keeps ? nil : rule)
    }

    /// Whether an excluded name is a folder in which something may be kept, or somebody counts.
    private func isSearched(_ kind: Node.Kind, _ name: [UInt8], _ open: Open) -> Bool {
        kind == .folder && (hearsOf != nil || rules.place(of: name, in: open.rules).mayKeep)
    }

    private func hear(
        of name: [UInt8],
        in open: Open,
        _ status: NodeStatus,
        _ decision: Decision,
        isMountPoint: Bool
    ) {
        guard let hearsOf else { return }
        let tree = tree
        hearsOf(
            NameSeen(
                path: { tree.path(of: open.node, name) },
                status: status,
                decidedBy: decision.decidedBy,
                excludedBy: decision.excludedBy,
                isInExcluded: open.excludedBy != nil,
                isMountPoint: isMountPoint
            )
        )
    }

    // MARK: Sentences

    private func source(of open: Open, _ name: [UInt8], _ origin: UInt8) -> [UInt8] {
        options.source(of: tree.path(of: open.node, name), in: origin)
    }

    private mutating func noteVanished(_ open: Open, _ name: [UInt8], _ origin: UInt8) {
        changes.append("\(printable(source(of: open, name, origin))) vanished while the tree was walked")
    }

    private mutating func noteUnreachable(_ open: Open, _ name: [UInt8], _ origin: UInt8, _ error: Errno) {
        let source = printable(source(of: open, name, origin))
        sentences.append("\(source) cannot be read (\(error)): it is an empty folder in the image")
    }

    mutating func findOwnImages() {
        // Where there is no such folder, creating the image will say so.
        guard let name = OutputName(options.output), let folder = try? Folder(root: name.folder) else {
            return
        }
        let names = (try? folder.names()) ?? []
        for candidate in [name.file] + names.filter(name.isUnfinished) {
            if let status = try? folder.status(of: candidate) { ownImages.insert(status.identity) }
        }
    }
}
