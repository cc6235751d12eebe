internal import Squashfs
internal import SystemPackage

/// A name that a root has in a folder.
struct FoundEntry {
    let name: [UInt8]
    let origin: UInt8
    let status: FileStatus
    let kind: Node.Kind
    let attributes: [ExtendedAttribute]
    let target: [UInt8]
    let isExcluded: Bool
    let isMountPoint: Bool
    /// For a folder: the roots whose names are in it.
    var origins: [UInt8]
}

extension TreeWalk {
    /// The names in a folder of one or more roots, each once, in order.
    mutating func found(in path: [UInt8], _ origins: [UInt8], _ isExcluded: Bool) throws(PackError)
        -> [FoundEntry]
    {
        var entries: [FoundEntry] = []
        for origin in origins { entries += try list(path, origin, isExcluded) }
        entries.sort {
            $0.name == $1.name ? $0.origin < $1.origin : $0.name.lexicographicallyPrecedes($1.name)
        }
        guard origins.count > 1 else { return entries }
        var joined: [FoundEntry] = []
        for entry in entries {
            guard let last = joined.last, last.name == entry.name else {
                joined.append(entry)
                continue
            }
            guard (last.kind == .folder) == (entry.kind == .folder) else {
                let name = printable(path.isEmpty ? entry.name : path + [UInt8(ascii: "/")] + entry.name)
                throw .refused("/\(name) is a folder in one root and something else in another")
            }
            joined[joined.count - 1] = entry
            joined[joined.count - 1].origins = last.origins + entry.origins
        }
        return joined
    }

    private mutating func list(
        _ path: [UInt8],
        _ origin: UInt8,
        _ isExcluded: Bool
    ) throws(PackError) -> [FoundEntry] {
        do {
            let folder = try Folder(root: options.roots[Int(origin)]).folder(at: path)
            var entries: [FoundEntry] = []
            for name in try folder.names() {
                if let entry = try look(at: name, in: folder, path, origin, isExcluded) {
                    entries.append(entry)
                }
            }
            return entries
        } catch let error as PackError {
            throw error
        } catch let error as Errno where error.meansVanished && !path.isEmpty {
            noteVanished(path, origin)
            return []
        } catch {
            let source = options.source(of: path, in: origin)
            throw .cannot("read the folder", path: source, (error as? Errno) ?? .ioError)
        }
    }

    /// What a name is, nil when it stays out.
    private mutating func look(
        at name: [UInt8],
        in folder: borrowing Folder,
        _ parent: [UInt8],
        _ origin: UInt8,
        _ inherited: Bool
    ) throws(PackError) -> FoundEntry? {
        let path = parent.isEmpty ? name : parent + [UInt8(ascii: "/")] + name
        do {
            let status = try folder.status(of: name)
            guard let kind = status.kind else { return nil }
            let isExcluded = decides(on: path, isFolder: kind == .folder, inherited)
            if isExcluded, !(kind == .folder && options.rules.mayKeep(below: path)) { return nil }
            guard !ownImages.contains(status.identity) else {
                let source = printable(options.source(of: path, in: origin))
                warnings.append("\(source) is the image that is being written; it is left out")
                return nil
            }
            let device = options.staysOnFileSystem ? rootDevices[Int(origin)] : nil
            let isMountPoint = try folder.isMountPoint(name, status, on: device)
            return FoundEntry(
                name: name,
                origin: origin,
                status: status,
                kind: kind,
                attributes: try folder.attributes(of: name),
                target: kind == .link ? try folder.target(of: name) : [],
                isExcluded: isExcluded,
                isMountPoint: isMountPoint,
                origins: kind == .folder && !isMountPoint ? [origin] : []
            )
        } catch let error where error.meansVanished {
            noteVanished(path, origin)
            return nil
        } catch {
            throw .cannot("read the status of", path: options.source(of: path, in: origin), error)
        }
    }

    private mutating func noteVanished(_ path: [UInt8], _ origin: UInt8) {
        let source = printable(options.source(of: path, in: origin))
        changes.append("\(source) vanished while the tree was walked")
    }

    mutating func findOwnImages() {
        guard !options.output.isEmpty else { return }
        let cut = options.output.lastIndex(of: UInt8(ascii: "/"))
        let parent = cut.map { Array(options.output[...$0]) } ?? [UInt8(ascii: ".")]
        let name = cut.map { Array(options.output[($0 + 1)...]) } ?? options.output
        // Where there is no such folder, creating the image will say so.
        guard !name.isEmpty, let folder = try? Folder(root: parent) else { return }
        for name in [name, OutputFile.unfinished(name)] {
            if let status = try? folder.status(of: name) { ownImages.insert(status.identity) }
        }
    }

    private mutating func decides(on path: [UInt8], isFolder: Bool, _ inherited: Bool) -> Bool {
        guard let rule = options.rules.decision(on: path, isFolder: isFolder) else { return inherited }
        rulesHit.insert(rule)
        return !options.rules.rules[rule].keeps
    }
}
