package import Squashfs
internal import SystemPackage

/// Finds what differs between an image and a folder that it should be the image of.
package struct TreeComparison {
    private let image: ImageReader
    private let root: FolderBox
    private let rootPath: [UInt8]
    /// One sentence a difference.
    package private(set) var differences: [String] = []
    /// Of files with several names: the inode that has the name in the image, and the other way round.
    private var numbers: [FileStatus.Identity: UInt32] = [:]
    private var identities: [UInt32: FileStatus.Identity] = [:]
    /// The folder that was looked at last: names come folder by folder.
    private var parent: (path: [UInt8], folder: FolderBox)?

    /// Opens the folder.
    package init(_ image: ImageReader, root path: [UInt8]) throws(PackError) {
        self.image = image
        rootPath = path
        do { root = FolderBox(try Folder(root: path)) } catch {
            throw .cannot("open the root", path: path, error)
        }
    }

    /// Compares everything.
    package mutating func run() throws(PackError) {
        var walk = ImageWalk(image)
        do {
            try walk.run(
                willList: { (path, entries) throws(PackError) in try compareNames(in: path, entries) },
                visit: { (entry) throws(PackError) in try compare(entry) }
            )
        } catch {
            switch error {
            case .image(let error): throw .image(error)
            case .taker(let error): throw error
            }
        }
    }

    private mutating func note(_ path: [UInt8], _ what: String) {
        differences.append("/\(printable(path)) \(what)")
    }

    private mutating func compareNames(in path: [UInt8], _ entries: [FolderEntry]) throws(PackError) {
        let names: [[UInt8]]
        do { names = try root.names(at: path) } catch { return note(path, "cannot be read: \(error)") }
        let known = Set(entries.map(\.name))
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) where !known.contains(name) {
            note(path.isEmpty ? name : path + [UInt8(ascii: "/")] + name, "is not in the image")
        }
    }

    private mutating func compare(_ entry: ImageEntry) throws(PackError) {
        let cut = entry.path.lastIndex(of: UInt8(ascii: "/"))
        let parentPath = cut.map { Array(entry.path[..<$0]) } ?? []
        let name = cut.map { Array(entry.path[($0 + 1)...]) } ?? entry.path
        do {
            let folder = try folder(at: parentPath)
            let status = try name.isEmpty ? folder.status() : folder.status(of: name)
            compareStatus(entry, status)
            let stored = try? image.attributes(of: entry.inode)
            let wanted = try folder.attributes(of: name).filter(\.isStorable)
            if stored.map({ Set($0) }) != Set(wanted) { note(entry.path, "has other extended attributes") }
            switch entry.inode.content {
            case .link(let target):
                if try folder.target(of: name) != target { note(entry.path, "leads elsewhere") }
            case .file(let content) where status.kind == .file && entry.isFirstName:
                try compareBytes(content, entry.path)
            case .folder, .file, .blockDevice, .characterDevice, .pipe, .socket: break
            }
        } catch let error as Errno {
            note(entry.path, "cannot be read: \(error)")
        } catch let error as ImageError {
            throw .image(error)
        } catch { throw .refused("\(error)") }
    }

    private mutating func folder(at path: [UInt8]) throws(Errno) -> FolderBox {
        if let parent, parent.path == path { return parent.folder }
        let box = try root.box(at: path)
        parent = (path, box)
        return box
    }

    private mutating func compareStatus(_ entry: ImageEntry, _ status: FileStatus) {
        let inode = entry.inode
        guard status.kind?.matches(inode.kind) == true else { return note(entry.path, "is of another kind") }
        if UInt32(inode.permissions) != status.mode & 0o7777 { note(entry.path, "has another mode") }
        let owner = (image.ids[Int(inode.user)], image.ids[Int(inode.group)])
        if owner != (status.user, status.group) { note(entry.path, "has another owner") }
        if inode.modified != UInt32(clamping: status.modified) { note(entry.path, "has another time") }
        switch inode.content {
        case .blockDevice(let device), .characterDevice(let device):
            if device != status.device { note(entry.path, "is another device") }
        case .folder, .file, .link, .pipe, .socket: break
        }
        guard inode.kind != .folder, inode.links > 1 || status.links > 1 else { return }
        if numbers.updateValue(inode.number, forKey: status.identity) ?? inode.number != inode.number {
            note(entry.path, "is another name of the same file only in the folder")
        }
        if identities.updateValue(status.identity, forKey: inode.number) ?? status.identity != status.identity
        {
            note(entry.path, "is another name of the same file only in the image")
        }
    }

    private mutating func compareBytes(_ content: FileContent, _ path: [UInt8]) throws {
        let file = try root.file(at: path)
        guard file.status.size == content.size else { return note(path, "has another size") }
        var offset: UInt64 = 0
        var differs = false
        do {
            try image.forEachBlock(of: content) { (bytes: [UInt8]?, length) throws(Errno) in
                guard !differs else { return }
                let start = offset
                offset += UInt64(length)
                // Where both have a hole there is nothing to read, however large it is.
                if bytes == nil, file.status.hasHoles, try file.nextData(from: start) ?? .max >= offset {
                    return
                }
                let found = try file.read(at: start, count: length)
                differs = bytes.map { $0 != found } ?? (found.count != length || found.contains { $0 != 0 })
            }
        } catch {
            switch error {
            case .image(let error): throw error
            case .taker(let error): throw error
            }
        }
        if differs { note(path, "has other bytes") }
    }
}

extension Node.Kind {
    /// Whether an inode of this kind is what such a node becomes.
    func matches(_ kind: InodeKind) -> Bool {
        switch (self, kind) {
        case (.folder, .folder), (.file, .file), (.link, .link), (.blockDevice, .blockDevice),
            (.characterDevice, .characterDevice), (.pipe, .pipe), (.socket, .socket):
            true
        default: false
        }
    }
}
