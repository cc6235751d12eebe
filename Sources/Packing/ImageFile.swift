package import Squashfs
internal import SystemPackage

/// An image on the disk.
package final class ImageFile: ImageSource {
    private let file: SourceFile
    private let path: [UInt8]

    /// Opens the image at this path.
    package init(path: [UInt8]) throws(PackError) {
        self.path = path
        do { file = try SourceFile(path: path) } catch { throw .cannot("open", path: path, error) }
    }

    package var size: UInt64 { file.status.size }

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
