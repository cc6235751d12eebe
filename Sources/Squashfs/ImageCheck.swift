/// Reads everything that is in an image.
package struct ImageCheck {
    private let image: ImageReader
    /// What was read.
    package private(set) var fileBytes: UInt64 = 0
    package private(set) var holeBytes: UInt64 = 0
    package private(set) var blocks = 0
    package private(set) var kinds: [InodeKind: Int] = [:]

    package init(_ image: ImageReader) {
        self.image = image
    }

    /// Reads every inode, name, attribute, block and fragment once; throws at the first that is damaged.
    package mutating func run() throws(ImageError) {
        var walk = ImageWalk(image)
        do {
            try walk.run { (entry) throws(ImageError) in
                guard entry.isFirstName else { return }
                _ = try image.attributes(of: entry.inode)
                if case .file(let file) = entry.inode.content { try read(file, entry.path) }
            }
        } catch {
            switch error {
            case .image(let error), .taker(let error): throw error
            }
        }
        kinds = walk.kinds
        for number in image.fragments.indices { _ = try image.fragment(UInt32(number)) }
        try checkExports()
    }

    private mutating func read(_ file: FileContent, _ path: [UInt8]) throws(ImageError) {
        do {
            try image.forEachBlock(of: file) { (bytes: [UInt8]?, length) throws(ImageError) in
                fileBytes += UInt64(length)
                if bytes == nil { holeBytes += UInt64(length) } else { blocks += 1 }
            }
        } catch {
            switch error {
            case .image(.corrupt(let what)), .taker(.corrupt(let what)):
                throw .corrupt("in /\(printable(path)), \(what)")
            case .image(let error), .taker(let error): throw error
            }
        }
    }

    /// What an NFS server asks for: each inode is found by its number.
    private func checkExports() throws(ImageError) {
        guard let exports = try image.exports() else { return }
        for (index, reference) in exports.enumerated() {
            let inode = try image.inode(at: reference)
            guard inode.number == UInt32(index + 1) else {
                throw .corrupt("the export table leads from inode \(index + 1) to \(inode.number)")
            }
        }
    }
}
