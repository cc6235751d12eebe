/// Reads an image: superblock, tables, folders, files.
///
/// Every number in it is checked before it is used.
package final class ImageReader {
    package let superblock: Superblock
    let source: any ImageSource
    let decompressor: any BlockDecompressor
    let inodes: MetadataTable
    let listings: MetadataTable
    package let ids: [UInt32]
    private let fragments: RecordTable?
    private let attributes: AttributeReader?
    private var recentFragments: [(number: UInt32, bytes: [UInt8])] = []

    /// Reads the superblock and the tables that are found by number.
    package init(source: any ImageSource, decompressor: any BlockDecompressor) throws(ImageError) {
        guard source.size >= UInt64(Superblock.size) else {
            throw .unsupported("it has only \(source.size) bytes")
        }
        superblock = try Superblock(decoding: source.read(at: 0, count: Superblock.size))
        guard superblock.method == Superblock.zstandard else {
            throw .unsupported(
                "it is not compressed with zstd (its method has the number \(superblock.method))"
            )
        }
        guard superblock.bytesUsed <= source.size else {
            throw .corrupt("it should have \(superblock.bytesUsed) bytes and has \(source.size)")
        }
        self.source = source
        self.decompressor = decompressor
        let tables = TableReader(source: source, decompressor: decompressor, superblock: superblock)
        inodes = try tables.metadata(
            from: superblock.inodeTable,
            to: superblock.folderTable,
            "the inode table"
        )
        let listingsEnd = try tables.listingsEnd()
        listings = try tables.metadata(from: superblock.folderTable, to: listingsEnd, "the folder table")
        ids = try tables.ids()
        fragments = try tables.fragments()
        attributes = try tables.attributes()
    }

    /// The inode at a place in the inode table.
    package func inode(at reference: MetadataReference) throws(ImageError) -> Inode {
        var cursor = inodes.cursor(at: reference)
        let inode = try Inode(from: &cursor, blockSize: superblock.blockSize)
        guard inode.number >= 1, inode.number <= superblock.inodes else {
            throw .corrupt("an inode has the number \(inode.number) of \(superblock.inodes)")
        }
        guard inode.user < ids.count, inode.group < ids.count else {
            throw .corrupt("inode \(inode.number) has an owner that the image does not know")
        }
        return inode
    }

    /// The names in a folder.
    package func entries(of folder: FolderContent) throws(ImageError) -> [FolderEntry] {
        try FolderListing.read(folder, from: listings)
    }

    /// The extended attributes of an inode.
    package func attributes(of inode: Inode) throws(ImageError) -> [ExtendedAttribute] {
        guard inode.attributes != Inode.noAttributes else { return [] }
        guard let attributes else {
            throw .corrupt("inode \(inode.number) has extended attributes, the image has none")
        }
        return try attributes.set(inode.attributes)
    }

    /// Checks an inode's attributes; attributes that several inodes share are read once.
    func judgeAttributes(of inode: Inode) throws(ImageError) {
        guard inode.attributes != Inode.noAttributes else { return }
        guard let attributes else {
            throw .corrupt("inode \(inode.number) has extended attributes, the image has none")
        }
        try attributes.judge(inode.attributes)
    }

    /// By inode number - 1: where the inode is; nil when the image has no such table.
    func exports() throws(ImageError) -> RecordTable? {
        try TableReader(source: source, decompressor: decompressor, superblock: superblock).exports()
    }

    // MARK: Data

    /// Hands over a file's bytes block by block; nil stands for zeros, as many blocks of them as follow each
    /// other.
    package func forEachBlock<Failure: Error>(
        of file: FileContent,
        _ take: ([UInt8]?, UInt64) throws(Failure) -> Void
    ) throws(ReadFailure<Failure>) {
        var list = BlockListReader(file, blockSize: superblock.blockSize, inodes)
        while true {
            let next: (bytes: [UInt8]?, length: UInt64)?
            do throws(ImageError) { next = try self.next(&list) } catch { throw .image(error) }
            guard let next else { return }
            do { try take(next.bytes, next.length) } catch { throw .taker(error) }
        }
    }

    private func next(_ list: inout BlockListReader) throws(ImageError) -> (bytes: [UInt8]?, length: UInt64)?
    {
        guard let part = try list.next() else { return nil }
        return (try bytes(of: part), part.length)
    }

    private func bytes(of stored: StoredPart) throws(ImageError) -> [UInt8]? {
        switch stored {
        case .holes: return nil
        case .block(let size, let position, let length): return try block(size, at: position, length: length)
        case .tail(let number, let offset, let length):
            let block = try fragment(number)
            let start = Int(offset)
            guard start <= block.count, block.count - start >= length else {
                throw .corrupt("a file has \(length) bytes at \(start) of a fragment with \(block.count)")
            }
            return Array(block[start..<start + length])
        }
    }

    /// Hands over where a file's bytes are stored, from its list of blocks, which is not kept: it may be
    /// large.
    func forEachStored<Failure: Error>(
        of file: FileContent,
        _ take: (StoredPart) throws(Failure) -> Void
    ) throws(ReadFailure<Failure>) {
        var list = BlockListReader(file, blockSize: superblock.blockSize, inodes)
        while true {
            let part: StoredPart?
            do { part = try list.next() } catch { throw .image(error) }
            guard let part else { return }
            do { try take(part) } catch { throw .taker(error) }
        }
    }

    /// Where a fragment is stored.
    func storedFragment(_ number: UInt32) throws(ImageError) -> Fragment {
        guard let fragments, number < fragments.count else {
            throw .corrupt("a file has fragment \(number) of \(superblock.fragments)")
        }
        var record = try fragments.record(Int(number))
        return try Fragment(from: &record)
    }

    /// The whole block of a fragment; the last few are kept, files that follow each other share them.
    package func fragment(_ number: UInt32) throws(ImageError) -> [UInt8] {
        if let known = recentFragments.first(where: { $0.number == number }) { return known.bytes }
        let fragment = try storedFragment(number)
        let bytes = try block(fragment.size, at: fragment.position, length: nil)
        if recentFragments.count >= 4 { recentFragments.removeFirst() }
        recentFragments.append((number, bytes))
        return bytes
    }

    /// A stored block; `length` is the length that it must have, nil when unknown.
    func block(_ size: StoredSize, at position: UInt64, length: Int?) throws(ImageError) -> [UInt8] {
        let limit = Int(superblock.blockSize)
        guard size.bytes > 0, size.bytes <= limit, size.rawValue < 1 << 25 else {
            throw .corrupt("the block at \(position) has \(size.bytes) bytes")
        }
        let stored = try source.read(at: position, count: size.bytes)
        let bytes = size.isCompressed ? decompressor.decompress(stored, limit: limit) : stored
        guard let bytes else { throw .corrupt("the block at \(position) cannot be decompressed") }
        guard length == nil || length == bytes.count else {
            throw .corrupt("the block at \(position) has \(bytes.count) bytes, not \(length ?? 0)")
        }
        return bytes
    }
}

/// What ended the reading of a file: the image, or the receiver of the bytes.
package enum ReadFailure<Failure: Error>: Error {
    case image(ImageError)
    case taker(Failure)
}
