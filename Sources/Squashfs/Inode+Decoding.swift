extension Inode {
    /// Longest target of a symbolic link that the kernel follows.
    static let longestTarget = 65_535

    /// Reads the inode at the cursor of an image with this block size.
    init(from cursor: inout MetadataCursor, blockSize: UInt32) throws(ImageError) {
        let stored = try cursor.number(UInt16.self)
        let isExtended = stored > 7
        guard let kind = InodeKind(rawValue: isExtended ? stored - 7 : stored) else {
            throw .corrupt("an inode has the unknown kind \(stored)")
        }
        permissions = try cursor.number()
        user = try cursor.number()
        group = try cursor.number()
        modified = try cursor.number()
        number = try cursor.number()
        links = 1
        attributes = Self.noAttributes
        content = .pipe
        switch kind {
        case .folder: try decodeFolder(from: &cursor, isExtended)
        case .file: try decodeFile(from: &cursor, isExtended, blockSize: UInt64(blockSize))
        case .link: try decodeLink(from: &cursor, isExtended)
        case .blockDevice, .characterDevice, .pipe, .socket:
            try decodeSpecial(kind, from: &cursor, isExtended)
        }
    }

    private mutating func decodeFolder(from cursor: inout MetadataCursor, _ isExtended: Bool)
        throws(ImageError)
    {
        var folder = FolderContent()
        if isExtended {
            links = try cursor.number()
            folder.size = try cursor.number()
            folder.listing.block = UInt64(try cursor.number(UInt32.self))
            folder.parent = try cursor.number()
            let signposts = try cursor.number(UInt16.self)
            folder.listing.offset = try cursor.number()
            attributes = try cursor.number()
            for _ in 0..<signposts { folder.index.append(try FolderIndexEntry(from: &cursor)) }
        } else {
            folder.listing.block = UInt64(try cursor.number(UInt32.self))
            links = try cursor.number()
            folder.size = UInt32(try cursor.number(UInt16.self))
            folder.listing.offset = try cursor.number()
            folder.parent = try cursor.number()
        }
        guard folder.size >= FolderContent.sizeExcess else {
            throw .corrupt("the folder with inode \(number) has \(folder.size) bytes")
        }
        folder.size -= FolderContent.sizeExcess
        content = .folder(folder)
    }

    private mutating func decodeFile(
        from cursor: inout MetadataCursor,
        _ isExtended: Bool,
        blockSize: UInt64
    ) throws(ImageError) {
        var file = FileContent()
        if isExtended {
            file.start = try cursor.number()
            file.size = try cursor.number()
            file.sparse = try cursor.number()
            links = try cursor.number()
            file.fragment = try cursor.number()
            file.fragmentOffset = try cursor.number()
            attributes = try cursor.number()
        } else {
            file.start = UInt64(try cursor.number(UInt32.self))
            file.fragment = try cursor.number()
            file.fragmentOffset = try cursor.number()
            file.size = UInt64(try cursor.number(UInt32.self))
        }
        let (whole, tail) = file.size.quotientAndRemainder(dividingBy: blockSize)
        let blocks = whole + (tail > 0 && file.fragment == Fragment.none ? 1 : 0)
        guard blocks <= FileContent.mostBlocks else {
            throw .unsupported("the file with inode \(number) has \(file.size) bytes")
        }
        file.list = BlockList(start: cursor.reference, count: blocks)
        content = .file(file)
    }

    private mutating func decodeLink(from cursor: inout MetadataCursor, _ isExtended: Bool) throws(ImageError)
    {
        links = try cursor.number()
        let length = try bounded(try cursor.number(), to: Self.longestTarget, "a symbolic link's target")
        content = .link(try cursor.take(length))
        if isExtended { attributes = try cursor.number() }
    }

    private mutating func decodeSpecial(
        _ kind: InodeKind,
        from cursor: inout MetadataCursor,
        _ isExtended: Bool
    ) throws(ImageError) {
        links = try cursor.number()
        switch kind {
        case .blockDevice: content = .blockDevice(try cursor.number())
        case .characterDevice: content = .characterDevice(try cursor.number())
        case .socket: content = .socket
        case .pipe, .folder, .file, .link: content = .pipe
        }
        if isExtended { attributes = try cursor.number() }
    }
}
