internal import Squashfs
internal import SystemPackage

/// An open folder that can be kept.
final class FolderBox {
    private let folder: Folder

    init(_ folder: consuming Folder) { self.folder = folder }

    func box(at path: [UInt8]) throws(Errno) -> FolderBox { FolderBox(try folder.folder(at: path)) }
    func names(at path: [UInt8]) throws(Errno) -> [[UInt8]] { try folder.folder(at: path).names() }
    func status() throws(Errno) -> FileStatus { try folder.status() }
    func status(of name: [UInt8]) throws(Errno) -> FileStatus { try folder.status(of: name) }
    /// Nil for a name that is gone.
    func status(unlessVanished name: [UInt8]) throws(Errno) -> FileStatus? {
        do { return try folder.status(of: name) } catch  where error.meansVanished { return nil }
    }
    func isMountPoint(_ name: [UInt8], _ status: FileStatus, on device: UInt64?) throws(Errno) -> Bool {
        try folder.isMountPoint(name, status, on: device)
    }
    func target(of name: [UInt8]) throws(Errno) -> [UInt8] { try folder.target(of: name) }
    func attributes(of name: [UInt8]) throws(Errno) -> [ExtendedAttribute] { try folder.attributes(of: name) }
    func file(at path: [UInt8]) throws(Errno) -> SourceFile { try folder.file(at: path) }
}
