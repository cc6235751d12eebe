internal import CXattr
internal import Glibc
internal import Linux
internal import Squashfs
internal import SystemPackage

/// An open folder of a tree that is packed or compared.
///
/// Names are bytes, and each is one step: nothing that is opened here lies behind a symbolic link or outside
/// of the folder, whatever others change in the tree meanwhile.
final class Folder {
    private let descriptor: Descriptor

    /// Opens a root, whose path may have links in it: it is what the user named.
    init(root path: [UInt8]) throws(Errno) {
        // Safe: the array is lent for the call.
        let raw = unsafe open(cString(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        descriptor = Descriptor(owning: try check(raw))
    }

    private init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Opens a folder in this one.
    func folder(named name: [UInt8]) throws(Errno) -> Folder {
        Folder(try openBelow(name, O_DIRECTORY | O_NOFOLLOW))
    }

    /// The folder that this one is in now, which need not be the one through which it was opened.
    func parent() throws(Errno) -> Folder { Folder(try openBelow(Array("..".utf8), O_DIRECTORY)) }

    /// Opens a file in this folder for reading; it may have become something else, which does not block.
    func file(named name: [UInt8]) throws(Errno) -> SourceFile {
        try SourceFile(openBelow(name, O_NOFOLLOW | O_NONBLOCK | O_NOCTTY))
    }

    /// Whether a name leads to a folder, also when that is a mount whose server answers no more.
    func opensAsFolder(_ name: [UInt8]) -> Bool {
        (try? openBelow(name, Self.pathOnly | O_DIRECTORY | O_NOFOLLOW)) != nil
    }

    private static let pathOnly: CInt = 0o10_000_000

    private func openBelow(_ name: [UInt8], _ flags: CInt) throws(Errno) -> Descriptor {
        // Safe: the array is lent for the call.
        let raw = unsafe openat(descriptor.raw, cString(name), O_RDONLY | O_CLOEXEC | flags)
        return Descriptor(owning: try check(raw))
    }

    /// The folder's own status.
    ///
    /// The corresponding C function is `fstat`.
    func status() throws(Errno) -> NodeStatus {
        var status = stat()
        // Safe: the structure lives on this stack frame for the whole call.
        _ = try check(unsafe fstat(descriptor.raw, &status))
        return NodeStatus(status)
    }

    /// The status of a name in the folder.
    ///
    /// The corresponding C function is `fstatat`.
    func status(of name: [UInt8]) throws(Errno) -> NodeStatus {
        var status = stat()
        // Safe: the array is lent for the call, the structure lives on this stack frame.
        _ = try check(unsafe fstatat(descriptor.raw, cString(name), &status, AT_SYMLINK_NOFOLLOW))
        return NodeStatus(status)
    }

    /// Whether another file system than the one with this number begins at a name; never if no number is
    /// given.
    ///
    /// A file of an overlay may have a device number of its own although nothing is mounted on it.
    func isMountPoint(_ name: [UInt8], _ status: NodeStatus, on device: UInt64?) throws(Errno) -> Bool {
        guard let device, status.identity.device != device else { return false }
        switch status.kind {
        case .folder: return true
        case .file:
            let file = try openBelow(name, Self.pathOnly | O_NOFOLLOW)
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
        // Safe: the array is lent for the call. A stream of its own, so that the position starts at the first
        // name.
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
    /// The corresponding C functions are `llistxattr` and `lgetxattr`, through /proc because they take no
    /// folder.
    func attributes(of name: [UInt8]) throws(Errno) -> [ExtendedAttribute] {
        try extendedAttributes(of: Array("/proc/self/fd/\(descriptor.raw)/".utf8) + name)
    }
}

/// The extended attributes at a path, whose last part is not followed.
func extendedAttributes(of path: [UInt8]) throws(Errno) -> [ExtendedAttribute] {
    let path = cString(path)
    // Safe: the arrays are lent for the calls; the sizes are those of the buffers.
    let list = try growing { unsafe llistxattr(path, &$0, $0.count) } ?? []
    return try attributes(named: list) { key, buffer in unsafe lgetxattr(path, key, &buffer, buffer.count) }
}

/// The extended attributes of an open file.
func extendedAttributes(of descriptor: CInt) throws(Errno) -> [ExtendedAttribute] {
    // Safe: the arrays are lent for the calls; the sizes are those of the buffers.
    let list = try growing { unsafe flistxattr(descriptor, &$0, $0.count) } ?? []
    return try attributes(named: list) { key, buffer in
        unsafe fgetxattr(descriptor, key, &buffer, buffer.count)
    }
}

/// The attributes that a list names and that have a value: one may have been taken away meanwhile, and some
/// file systems list what they do not give.
func attributes(
    named list: ArraySlice<CChar>,
    _ value: ([CChar], inout [CChar]) -> Int
) throws(Errno) -> [ExtendedAttribute] {
    var attributes: [ExtendedAttribute] = []
    for attribute in list.split(separator: 0) {
        let name = attribute.map { UInt8(bitPattern: $0) }
        guard let bytes = try growing({ value(cString(name), &$0) }) else { continue }
        attributes.append(ExtendedAttribute(name: name, value: bytes.map { UInt8(bitPattern: $0) }))
    }
    return attributes
}

/// Calls with ever larger buffers until the answer fits; nil if there is nothing of that name.
private func growing(_ call: (inout [CChar]) -> Int) throws(Errno) -> ArraySlice<CChar>? {
    var buffer = [CChar](repeating: 0, count: 256)
    while true {
        let length = call(&buffer)
        if length >= 0 { return buffer[..<length] }
        switch Errno(rawValue: errno) {
        case .outOfRange where buffer.count < 1 << 20:
            buffer = [CChar](repeating: 0, count: buffer.count * 8)
        case .notSupported, .noData: return nil
        case let failure: throw failure
        }
    }
}

/// The bytes with the end mark that C wants.
func cString(_ bytes: [UInt8]) -> [CChar] {
    var string: [CChar] = []
    string.reserveCapacity(bytes.count + 1)
    for byte in bytes { string.append(CChar(bitPattern: byte)) }
    string.append(0)
    return string
}
