/// A folder of an image that is walked.
package struct ImageFolder {
    /// Its inode's number.
    package let number: UInt32
    fileprivate let place: Int
}

/// A name in an image, and the node that it leads to.
package struct ImageEntry {
    /// Empty for the root.
    package let name: [UInt8]
    /// Nil for the root.
    package let folder: ImageFolder?
    package let inode: Inode
    /// Whether no earlier name led to this inode.
    package let isFirstName: Bool
    fileprivate let names: FolderNames

    /// From the root, without a slash at the head; empty for the root.
    package var path: [UInt8] { folder.map { names.path(of: $0.place, name) } ?? [] }
}

/// The names of the folders that were met; a path is put together only when it is needed, because a deep one
/// is long.
private final class FolderNames {
    private var texts: [UInt8] = []
    private var folders: [(parent: Int, end: Int)] = [(0, 0)]

    func add(_ name: [UInt8], in parent: Int) -> Int {
        texts += name
        folders.append((parent, texts.count))
        return folders.count - 1
    }

    func path(of folder: Int, _ name: [UInt8]) -> [UInt8] {
        var backwards = Array(name.reversed())
        var place = folder
        while place != 0 {
            backwards.append(UInt8(ascii: "/"))
            backwards += texts[folders[place - 1].end..<folders[place].end].reversed()
            place = folders[place].parent
        }
        return backwards.reversed()
    }
}

/// Goes through all names of an image, a folder's in order and before those of its subfolders, and proves on
/// the way that they form a tree.
package struct ImageWalk {
    private struct Seen {
        var names: UInt32
        let links: UInt32
        let isFolder: Bool
    }

    private struct Open {
        let folder: ImageFolder
        let inode: Inode
    }

    private let image: ImageReader
    private let names = FolderNames()
    private var open: [Open] = []
    private var seen: [UInt32: Seen] = [:]
    /// Bytes of listings and of inodes that may still come.
    private var listingsLeft: UInt64 = 0
    private var inodesLeft: UInt64 = 0
    /// How many inodes of each kind there are.
    package private(set) var kinds: [InodeKind: Int] = [:]

    package init(_ image: ImageReader) {
        self.image = image
    }

    /// Calls `visit` for every name.
    ///
    /// `willList` hears of each folder, with its names, before they are visited.
    package mutating func run<Failure: Error>(
        willList: (ImageFolder, [FolderEntry]) throws(Failure) -> Void = { _, _ in },
        visit: (ImageEntry) throws(Failure) -> Void
    ) throws(ReadFailure<Failure>) {
        let root: ImageEntry
        do { root = try enterRoot() } catch { throw .image(error) }
        do { try visit(root) } catch { throw .taker(error) }
        while let next = open.popLast() { try list(next, willList, visit) }
        do { try judgeCounts() } catch { throw .image(error) }
    }

    private mutating func enterRoot() throws(ImageError) -> ImageEntry {
        listingsLeft = try image.listings.capacity()
        inodesLeft = try image.inodes.capacity()
        let root = try image.inode(at: image.superblock.root)
        guard case .folder = root.content else { throw .corrupt("its root is not a folder") }
        let entry = ImageEntry(name: [], folder: nil, inode: root, isFirstName: true, names: names)
        try count(entry)
        open.append(Open(folder: ImageFolder(number: root.number, place: 0), inode: root))
        return entry
    }

    private mutating func list<Failure: Error>(
        _ next: Open,
        _ willList: (ImageFolder, [FolderEntry]) throws(Failure) -> Void,
        _ visit: (ImageEntry) throws(Failure) -> Void
    ) throws(ReadFailure<Failure>) {
        guard case .folder(let content) = next.inode.content else { return }
        let entries: [FolderEntry]
        do {
            try take(content.size)
            entries = try image.entries(of: content)
        } catch { throw .image(error) }
        do { try willList(next.folder, entries) } catch { throw .taker(error) }
        var folders: [Open] = []
        for entry in entries {
            let child: ImageEntry
            do { child = try self.child(entry, of: next) } catch { throw .image(error) }
            do { try visit(child) } catch { throw .taker(error) }
            guard child.inode.kind == .folder else { continue }
            let place = names.add(entry.name, in: next.folder.place)
            folders.append(
                Open(folder: ImageFolder(number: child.inode.number, place: place), inode: child.inode)
            )
        }
        open += folders.reversed()
    }

    /// Folders do not share their listings: else a small image would be large to read.
    private mutating func take(_ listing: UInt32) throws(ImageError) {
        guard listing <= listingsLeft else { throw .corrupt("its folders have more names than are in it") }
        listingsLeft -= UInt64(listing)
    }

    private mutating func child(_ entry: FolderEntry, of folder: Open) throws(ImageError) -> ImageEntry {
        let inode = try image.inode(at: entry.inode)
        let child = ImageEntry(
            name: entry.name,
            folder: folder.folder,
            inode: inode,
            isFirstName: seen[inode.number] == nil,
            names: names
        )
        guard inode.number == entry.number, inode.kind == entry.kind else {
            throw .corrupt("/\(printable(child.path)) leads to an inode of another number or kind")
        }
        if case .folder(let content) = inode.content, content.parent != folder.inode.number {
            throw .corrupt("the folder /\(printable(child.path)) says that it is in another folder")
        }
        try count(child)
        return child
    }

    private mutating func count(_ entry: ImageEntry) throws(ImageError) {
        let inode = entry.inode
        guard let known = seen[inode.number] else {
            // Inodes do not share their bytes either.
            let size = inode.leastStoredBytes
            guard size <= inodesLeft else { throw .corrupt("its inodes are larger than their table") }
            inodesLeft -= size
            seen[inode.number] = Seen(names: 1, links: inode.links, isFolder: inode.kind == .folder)
            kinds[inode.kind, default: 0] += 1
            return
        }
        guard !known.isFolder, inode.kind != .folder else {
            throw .corrupt("the folder /\(printable(entry.path)) has a second name")
        }
        seen[inode.number]?.names += 1
    }

    private func judgeCounts() throws(ImageError) {
        guard seen.count == Int(image.superblock.inodes) else {
            throw .corrupt("\(seen.count) inodes have names, the superblock says \(image.superblock.inodes)")
        }
        for (number, inode) in seen where !inode.isFolder && inode.names != inode.links {
            throw .corrupt("inode \(number) has \(inode.names) names and says \(inode.links)")
        }
    }
}
