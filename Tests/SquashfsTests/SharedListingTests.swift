internal import Testing

@testable import Squashfs

/// An image whose folders share one listing is small but takes long to walk: it has as many names as folders
/// times the names of the listing.
@Suite struct SharedListingTests {
    private static let names = 1000

    private func inode(_ number: UInt32, links: UInt32, _ content: Inode.Content) -> Inode {
        Inode(
            permissions: 0o755,
            user: 0,
            group: 0,
            modified: 0,
            number: number,
            links: links,
            attributes: Inode.noAttributes,
            content: content
        )
    }

    /// An image with that many folders, which all have the same names; the listing is shared or written for
    /// each.
    private func image(folders: Int, shared: Bool) throws -> [UInt8] {
        let compressor = RunCompressor()
        var inodes = MetadataWriter(compressor: compressor)
        var listings = MetadataWriter(compressor: compressor)
        let pipe = FolderEntry(name: [], kind: .pipe, inode: inodes.reference, number: 1)
        inodes.append(inode(1, links: UInt32(folders * Self.names), .pipe).encoded)
        let entries = (0..<Self.names).map { number in
            FolderEntry(name: Array("name\(number + 1000)".utf8), kind: .pipe, inode: pipe.inode, number: 1)
        }
        let root = UInt32(folders + 2)
        var listing = FolderListing(entries, into: &listings)
        var names: [FolderEntry] = []
        for folder in 0..<folders {
            if !shared, folder > 0 { listing = FolderListing(entries, into: &listings) }
            let number = UInt32(folder + 2)
            let content = FolderContent(listing: listing.start, size: listing.size, parent: root)
            names.append(
                FolderEntry(
                    name: [UInt8(ascii: "a") + UInt8(folder)],
                    kind: .folder,
                    inode: inodes.reference,
                    number: number
                )
            )
            inodes.append(inode(number, links: 2, .folder(content)).encoded)
        }
        let top = FolderListing(names, into: &listings)
        var superblock = Superblock(blockSize: 4096)
        superblock.root = inodes.reference
        superblock.inodes = root
        superblock.ids = 1
        let content = FolderContent(listing: top.start, size: top.size, parent: root + 1)
        inodes.append(inode(root, links: UInt32(folders + 2), .folder(content)).encoded)
        var bytes = superblock.encoded
        superblock.inodeTable = UInt64(bytes.count)
        bytes += inodes.finish()
        superblock.folderTable = UInt64(bytes.count)
        bytes += listings.finish()
        superblock.idTable = LookupTable.append(
            [0, 0, 0, 0],
            to: &bytes,
            imageStart: 0,
            compressor: compressor
        )
        superblock.bytesUsed = UInt64(bytes.count)
        bytes.replaceSubrange(..<Superblock.size, with: superblock.encoded)
        return bytes
    }

    @Test func foldersThatShareTheirListingAreRefused() throws {
        try SampleImage.readAll(try image(folders: 5, shared: false))
        #expect(throws: ImageError.self) { try SampleImage.readAll(try image(folders: 5, shared: true)) }
    }
}
