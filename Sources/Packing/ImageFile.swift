package import Squashfs
internal import SystemPackage

/// An image on the disk.
package final class ImageFile: ImageSource {
    private let file: SourceFile
    private let path: [UInt8]

    package let size: UInt64

    /// Opens the image at this path: a file or a block device.
    package init(path: [UInt8]) throws(PackError) {
        self.path = path
        do {
            file = try SourceFile(path: path)
            size = try file.seekableSize()
        } catch { throw .cannot("open", path: path, error) }
        switch file.status.kind {
        case .file, .blockDevice: break
        case .folder: throw .cannot("read the image", path: path, .isDirectory)
        default:
            throw .refused("cannot read the image: \(printable(path)) is neither a file nor a block device")
        }
    }

    package func read(at position: UInt64, count: Int) throws(ImageError) -> [UInt8] {
        guard position <= size, size - position >= UInt64(count) else {
            throw .corrupt("something should be at \(position), beyond the image's \(size) bytes")
        }
        let bytes: [UInt8]
        do { bytes = try file.read(at: position, count: count) } catch {
            throw .unreadable("cannot read \(printable(path)): \(error)")
        }
        guard bytes.count == count else { throw .corrupt("it became shorter while it was read") }
        return bytes
    }

    /// A reader of the image, with libzstd.
    package func reader() throws(PackError) -> ImageReader {
        do { return try ImageReader(source: self, decompressor: ZstandardDecompressor()) } catch {
            throw .image(error)
        }
    }
}
