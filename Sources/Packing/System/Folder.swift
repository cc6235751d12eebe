internal import CXattr
internal import Glibc
internal import Linux
internal import Squashfs
internal import SystemPackage

/// An open folder of a tree that is packed or compared.
///
/// Names are bytes; nothing follows a symbolic link in the last part of a path.
struct Folder: ~Copyable {
    private let descriptor: Descriptor

    /// Longest path that is handed to the kernel at once; its own limit is 4096 with the end mark.
    private static let longestPath = 4000

    /// Opens a root.
    init(root path: [UInt8]) throws(Errno) {
        // Safe: the array is lent for the call.
        let raw = unsafe open(cString(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        descriptor = Descriptor(owning: try check(raw))
    }

    private init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Opens a folder below this one; an empty path is this one itself.
    func folder(at path: [UInt8]) throws(Errno) -> Folder {
        guard !path.isEmpty else { return try folder(at: [UInt8(ascii: ".")]) }
        guard path.count > Self.longestPath else {
            return Folder(try openBelow(path, O_DIRECTORY | O_NOFOLLOW))
        }
        guard let cut = path.prefix(Self.longestPath).lastIndex(of: UInt8(ascii: "/")) else {
            throw .fileNameTooLong
        }
        return try folder(at: Array(path[..<cut])).folder(at: Array(path[(cut + 1)...]))
    }

    /// Opens a file below this folder for reading.
    func file(at path: [UInt8]) throws(Errno) -> SourceFile {
        guard path.count > Self.longestPath, let cut = path.lastIndex(of: UInt8(ascii: "/")) else {
            return try SourceFile(openBelow(path, O_NOFOLLOW | O_NONBLOCK | O_NOCTTY))
        }
        return try folder(at: Array(path[..<cut])).file(at: Array(path[(cut + 1)...]))
    }

    private func openBelow(_ path: [UInt8], _ flags: CInt) throws(Errno) -> Descriptor {
        // Safe: the array is lent for the call.
        let raw = unsafe openat(descriptor.raw, cString(path), O_RDONLY | O_CLOEXEC | flags)
        return Descriptor(owning: try check(raw))
    }

    /// The folder's own status.
    ///
    /// The corresponding C function is `fstat`.
    func status() throws(Errno) -> FileStatus {
        var status = stat()
        // Safe: the structure lives on this stack frame for the whole call.
        _ = try check(unsafe fstat(descriptor.raw, &status))
        return FileStatus(status)
    }

    /// The status of a name in the folder.
    ///
    /// The corresponding C function is `fstatat`.
    func status(of name: [UInt8]) throws(Errno) -> FileStatus {
        var status = stat()
        // Safe: the array is lent for the call, the structure lives on this stack frame.
        _ = try check(unsafe fstatat(descriptor.raw, cString(name), &status, AT_SYMLINK_NOFOLLOW))
        return FileStatus(status)
    }

    /// Whether another file system than the one with this number begins at a name; never when no number is given.
    ///
    /// A file of an overlay may have a device number of its own without anything being mounted on it.
    func isMountPoint(_ name: [UInt8], _ status: FileStatus, on device: UInt64?) throws(Errno) -> Bool {
        guard let device, status.identity.device != device else { return false }
        switch status.kind {
        case .folder: return true
        case .file:
            let pathOnly: CInt = 0o10_000_000
            let file = try openBelow(name, pathOnly | O_NOFOLLOW)
            return try Self.mount(of: file.raw) != Self.mount(of: descriptor.raw)
        default: return false
        }
    }

    /// The mount in which a descriptor was opened, as the kernel describes it.
    private static func mount(of descriptor: CInt) throws(Errno) -> [UInt8]? {
        let file = try SourceFile(path: Array("/proc/self/fdinfo/\(descriptor)".utf8))
        let lines = try file.read(at: 0, count: 4096).split(separator: UInt8(ascii: "\n"))
        return lines.first { $0.starts(with: "mnt_id:".utf8) }.map { Array($0) }
    }

    /// Where a symbolic link leads.
    ///
    /// The corresponding C function is `readlinkat`.
    func target(of name: [UInt8]) throws(Errno) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        // Safe: both arrays are lent for the call; the length stays within the buffer.
        let length = try check(unsafe readlinkat(descriptor.raw, cString(name), &buffer, buffer.count))
        return buffer[..<length].map { UInt8(bitPattern: $0) }
    }

    /// The names in the folder, without "." and "..", in no order.
    ///
    /// The corresponding C function is `readdir`.
    func names() throws(Errno) -> [[UInt8]] {
        // Safe: the array is lent for the call. A stream of its own, so that the position starts at the first name.
        let copy = try check(
            unsafe openat(descriptor.raw, cString([UInt8(ascii: ".")]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        )
        // Safe: the stream owns `copy` from here and is closed once; an entry is read before the next call.
        guard let stream = unsafe fdopendir(copy) else {
            let failure = Errno(rawValue: errno)
            close(copy)
            throw failure
        }
        defer { unsafe closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe Array(bytes.prefix { $0 != 0 })
            }
            if name != [UInt8(ascii: ".")], name != Array("..".utf8) { names.append(name) }
        }
        guard errno == 0 else { throw Errno(rawValue: errno) }
        return names
    }

    /// The extended attributes of a name in the folder, or of the folder itself when the name is empty.
    ///
    /// The corresponding C functions are `llistxattr` and `lgetxattr`, through /proc because they take no folder.
    func attributes(of name: [UInt8]) throws(Errno) -> [ExtendedAttribute] {
        let path = cString(Array("/proc/self/fd/\(descriptor.raw)/".utf8) + name)
        // Safe: the arrays are lent for the calls; the sizes are those of the buffers.
        let list = try Self.growing { unsafe llistxattr(path, &$0, $0.count) }
        var attributes: [ExtendedAttribute] = []
        for attribute in list.split(separator: 0) {
            let key = cString(attribute.map { UInt8(bitPattern: $0) })
            let value = try Self.growing { unsafe lgetxattr(path, key, &$0, $0.count) }
            attributes.append(
                ExtendedAttribute(
                    name: attribute.map { UInt8(bitPattern: $0) },
                    value: value.map { UInt8(bitPattern: $0) }
                )
            )
        }
        return attributes
    }

    /// Calls with ever larger buffers until the answer fits; no attributes where there cannot be any.
    private static func growing(_ call: (inout [CChar]) -> Int) throws(Errno) -> ArraySlice<CChar> {
        var buffer = [CChar](repeating: 0, count: 256)
        while true {
            let length = call(&buffer)
            if length >= 0 { return buffer[..<length] }
            switch Errno(rawValue: errno) {
            case .outOfRange where buffer.count < 1 << 20:
                buffer = [CChar](repeating: 0, count: buffer.count * 8)
            case .notSupported, .noData: return []
            case let failure: throw failure
            }
        }
    }
}

/// The bytes with the end mark that C wants.
func cString(_ bytes: [UInt8]) -> [CChar] {
    bytes.map { CChar(bitPattern: $0) } + [0]
}
