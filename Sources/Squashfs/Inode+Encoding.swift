extension Inode {
    /// The bytes of the smallest form that holds this inode.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        let isExtended = needsExtendedForm
        for number in [kind.rawValue + (isExtended ? 7 : 0), permissions, user, group] {
            bytes.append(little: number)
        }
        bytes.append(little: modified)
        bytes.append(little: number)
        switch content {
        case .folder(let folder): encode(folder, isExtended, into: &bytes)
        case .file(let file): encode(file, isExtended, into: &bytes)
        case .link(let target):
            bytes.append(little: links)
            bytes.append(little: UInt32(target.count))
            bytes += target
            if isExtended { bytes.append(little: attributes) }
        case .blockDevice(let device), .characterDevice(let device):
            bytes.append(little: links)
            bytes.append(little: device)
            if isExtended { bytes.append(little: attributes) }
        case .pipe, .socket:
            bytes.append(little: links)
            if isExtended { bytes.append(little: attributes) }
        }
        return bytes
    }

    private var needsExtendedForm: Bool {
        guard attributes == Self.noAttributes else { return true }
        return switch content {
        case .folder(let folder): !folder.index.isEmpty || folder.size + FolderContent.sizeExcess > 0xFFFF
        case .file(let file): links > 1 || file.sparse > 0 || max(file.start, file.size) > UInt64(UInt32.max)
        case .link, .blockDevice, .characterDevice, .pipe, .socket: false
        }
    }

    /// ```text
    /// basic     16 listing's block, 32 bits  20 links      24 size, 16 bits  26 offset    28 parent
    /// extended  16 links                     20 size       24 listing's block             28 parent
    ///           32 index entries, 16 bits    34 offset     36 attributes                  40 index …
    /// ```
    private func encode(_ folder: FolderContent, _ isExtended: Bool, into bytes: inout [UInt8]) {
        let block = UInt32(folder.listing.block)
        let size = folder.size + FolderContent.sizeExcess
        guard isExtended else {
            bytes.append(little: block)
            bytes.append(little: links)
            bytes.append(little: UInt16(size))
            bytes.append(little: folder.listing.offset)
            bytes.append(little: folder.parent)
            return
        }
        for number in [links, size, block, folder.parent] { bytes.append(little: number) }
        bytes.append(little: UInt16(min(folder.index.count, Int(UInt16.max))))
        bytes.append(little: folder.listing.offset)
        bytes.append(little: attributes)
        for entry in folder.index.prefix(Int(UInt16.max)) { entry.encode(into: &bytes) }
    }

    /// ```text
    /// basic     16 start, 32 bits   20 fragment      24 offset in it   28 size         32 block sizes …
    /// extended  16 start, 64 bits   24 size, 64 bits                   32 sparse, 64 bits
    ///           40 links            44 fragment      48 offset in it   52 attributes   56 block sizes …
    /// ```
    private func encode(_ file: FileContent, _ isExtended: Bool, into bytes: inout [UInt8]) {
        if isExtended {
            for number in [file.start, file.size, file.sparse] { bytes.append(little: number) }
            for number in [links, file.fragment, file.fragmentOffset, attributes] {
                bytes.append(little: number)
            }
        } else {
            bytes.append(little: UInt32(file.start))
            bytes.append(little: file.fragment)
            bytes.append(little: file.fragmentOffset)
            bytes.append(little: UInt32(file.size))
        }
        for block in file.blocks { bytes.append(little: block.rawValue) }
    }
}

extension FolderIndexEntry {
    /// ```text
    /// 0 position, 32 bits   4 block   8 name's length - 1   12 name
    /// ```
    func encode(into bytes: inout [UInt8]) {
        bytes.append(little: position)
        bytes.append(little: block)
        bytes.append(little: UInt32(name.count - 1))
        bytes += name
    }

    init(from cursor: inout MetadataCursor) throws(ImageError) {
        position = try cursor.number()
        block = try cursor.number()
        name = try cursor.take(
            bounded(try cursor.number(UInt32.self), to: 255, "a name in a folder's index") + 1
        )
    }
}

/// A length that was read from an image, refused when it is beyond what the format allows.
func bounded(_ length: UInt32, to limit: Int, _ subject: String) throws(ImageError) -> Int {
    guard length <= limit else { throw .corrupt("\(subject) has \(length) bytes") }
    return Int(length)
}
