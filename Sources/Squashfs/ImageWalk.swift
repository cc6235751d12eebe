/// A name in an image, and what it leads to.
package struct ImageEntry {
    /// From the root, without a slash at the head; empty for the root.
    package let path: [UInt8]
    package let inode: Inode
    /// Whether no earlier name led to this inode.
    package let isFirstName: Bool
}

/// Goes through all names of an image, a folder's in order and before those of the folders in it, and proves on the way
/// that they form a tree.
package struct ImageWalk {
    private struct Seen {
        var names: UInt32
        let links: UInt32
        let isFolder: Bool
    }

    private let image: ImageReader
    private var seen: [UInt32: Seen] = [:]
    /// Bytes of listings that may still come.
    private var listingsLeft: UInt64 = 0
    /// How many inodes of each kind there are.
    package private(set) var kinds: [InodeKind: Int] = [:]

    package init(_ image: ImageReader) {
        self.image = image
    }

    /// Calls `visit` for every name.
    ///
    /// `willList` hears of each folder, with its names, before they are visited.
    package mutating func run<Failure: Error>(
        willList: ([UInt8], [FolderEntry]) throws(Failure) -> Void = { _, _ in },
        visit: (ImageEntry) throws(Failure) -> Void
    ) throws(ReadFailure<Failure>) {
        var open: [(path: [UInt8], inode: Inode)] = []
        do throws(ImageError) {
            listingsLeft = try image.listings.capacity()
            let root = try image.inode(at: image.superblock.root)
            guard case .folder = root.content else { throw .corrupt("its root is not a folder") }
            _ = try count(root, path: [])
            open.append(([], root))
        } catch { throw .image(error) }
        do { try visit(ImageEntry(path: [], inode: open[0].inode, isFirstName: true)) } catch {
            throw .taker(error)
        }
        while let (path, inode) = open.popLast() {
            try list(path, inode, &open, willList, visit)
        }
        do { try judgeCounts() } catch { throw .image(error) }
    }

    private mutating func list<Failure: Error>(
        _ path: [UInt8],
        _ inode: Inode,
        _ open: inout [(path: [UInt8], inode: Inode)],
        _ willList: ([UInt8], [FolderEntry]) throws(Failure) -> Void,
        _ visit: (ImageEntry) throws(Failure) -> Void
    ) throws(ReadFailure<Failure>) {
        guard case .folder(let content) = inode.content else { return }
        let entries: [FolderEntry]
        do {
            try take(content.size)
            entries = try image.entries(of: content)
        } catch { throw .image(error) }
        do { try willList(path, entries) } catch { throw .taker(error) }
        var folders: [(path: [UInt8], inode: Inode)] = []
        for entry in entries {
            let below = path.isEmpty ? entry.name : path + [UInt8(ascii: "/")] + entry.name
            let child: Inode
            let isFirst: Bool
            do {
                child = try self.child(entry, of: inode, path: below)
                isFirst = try count(child, path: below)
            } catch { throw .image(error) }
            do { try visit(ImageEntry(path: below, inode: child, isFirstName: isFirst)) } catch {
                throw .taker(error)
            }
            if child.kind == .folder { folders.append((below, child)) }
        }
        open += folders.reversed()
    }

    /// Folders do not share their listings: else a small image would be large to read.
    private mutating func take(_ listing: UInt32) throws(ImageError) {
        guard listing <= listingsLeft else { throw .corrupt("its folders have more names than are in it") }
        listingsLeft -= UInt64(listing)
    }

    private func child(_ entry: FolderEntry, of folder: Inode, path: [UInt8]) throws(ImageError) -> Inode {
        let inode = try image.inode(at: entry.inode)
        let name = printable(path)
        guard inode.number == entry.number, inode.kind == entry.kind else {
            throw .corrupt("/\(name) leads to an inode of another number or kind")
        }
        if case .folder(let content) = inode.content, content.parent != folder.number {
            throw .corrupt("the folder /\(name) says that it is in another folder")
        }
        return inode
    }

    /// Counts a name; true when it is its inode's first.
    private mutating func count(_ inode: Inode, path: [UInt8]) throws(ImageError) -> Bool {
        guard let known = seen[inode.number] else {
            seen[inode.number] = Seen(names: 1, links: inode.links, isFolder: inode.kind == .folder)
            kinds[inode.kind, default: 0] += 1
            return true
        }
        guard !known.isFolder, inode.kind != .folder else {
            throw .corrupt("the folder /\(printable(path)) has a second name")
        }
        seen[inode.number]?.names += 1
        return false
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
