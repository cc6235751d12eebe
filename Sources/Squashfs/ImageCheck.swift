/// Reads everything in an image.
package struct ImageCheck {
    private let image: ImageReader
    /// The image's contents.
    package private(set) var fileBytes: UInt64 = 0
    package private(set) var holeBytes: UInt64 = 0
    package private(set) var blocks = 0
    package private(set) var kinds: [InodeKind: Int] = [:]
    /// By position: the stored size and the length of blocks that were read; files with the same bytes share
    /// them.
    private var known: [UInt64: (size: StoredSize, length: Int)] = [:]
    /// By fragment: the bytes in it.
    private var fragmentLengths: [UInt32] = []

    package init(_ image: ImageReader) {
        self.image = image
    }

    /// Reads every inode, name, attribute, block and fragment once; throws at the first that is damaged.
    package mutating func run() throws(ImageError) {
        try readFragments()
        var walk = ImageWalk(image)
        do {
            try walk.run { (entry) throws(ImageError) in
                guard entry.isFirstName else { return }
                try image.judgeAttributes(of: entry.inode)
                if case .file(let file) = entry.inode.content { try read(file, entry) }
            }
        } catch {
            switch error {
            case .image(let error), .taker(let error): throw error
            }
        }
        kinds = walk.kinds
        try checkExports()
    }

    /// Fragments do not share bytes: else a small image would be large to read.
    private mutating func readFragments() throws(ImageError) {
        var room = image.superblock.bytesUsed
        for number in 0..<image.superblock.fragments {
            let size = UInt64(try image.storedFragment(number).size.bytes)
            guard size > 0, size <= room else {
                throw .corrupt("the fragments up to \(number) have more bytes than the image")
            }
            room -= size
            fragmentLengths.append(UInt32(try image.fragment(number).count))
        }
    }

    private mutating func read(_ file: FileContent, _ entry: ImageEntry) throws(ImageError) {
        do {
            try image.forEachStored(of: file) { (stored) throws(ImageError) in try read(stored) }
        } catch {
            switch error {
            case .image(.corrupt(let what)), .taker(.corrupt(let what)):
                throw .corrupt("in /\(printable(entry.path)), \(what)")
            case .image(let error), .taker(let error): throw error
            }
        }
    }

    private mutating func read(_ stored: StoredPart) throws(ImageError) {
        switch stored {
        case .holes(let bytes):
            fileBytes &+= bytes
            holeBytes &+= bytes
        case .block(let size, let position, let length):
            fileBytes &+= UInt64(length)
            blocks += 1
            if let before = known[position], before == (size, length) { return }
            _ = try image.block(size, at: position, length: length)
            known[position] = (size, length)
        case .tail(let fragment, let offset, let length):
            fileBytes &+= UInt64(length)
            blocks += 1
            guard fragment < fragmentLengths.count else {
                throw .corrupt("a file has fragment \(fragment) of \(fragmentLengths.count)")
            }
            let all = Int(fragmentLengths[Int(fragment)])
            guard Int(offset) <= all, all - Int(offset) >= length else {
                throw .corrupt("a file has \(length) bytes at \(offset) of a fragment with \(all)")
            }
        }
    }

    /// What an NFS server asks for: each inode is found by its number.
    private func checkExports() throws(ImageError) {
        guard let exports = try image.exports() else { return }
        for index in 0..<exports.count {
            var record = try exports.record(index)
            let inode = try image.inode(at: MetadataReference(packed: try record.number()))
            guard inode.number == UInt32(index + 1) else {
                throw .corrupt("the export table leads from inode \(index + 1) to \(inode.number)")
            }
        }
    }
}
