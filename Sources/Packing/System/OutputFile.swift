internal import Glibc
internal import Linux
internal import Squashfs
internal import SystemPackage

/// An image in the making.
///
/// It gets its name when it is complete and on the disk; until then, or if it is given up, the file that now
/// has the name stays as it is.
///
/// The unfinished file is a new one, beside the image, under a name that nobody can foretell, and has the
/// image's mode and owner before its first byte. It is locked while it is written, if the file system has
/// locks, so that leftovers of killed runs can be told from the files of other runs.
struct OutputFile: ~Copyable {
    private let folder: Descriptor
    private let descriptor: Descriptor
    private let name: OutputName
    private let unfinished: [UInt8]
    private let permissions: OutputPermissions
    private var position: off_t = 0
    private var isNamed = false

    /// Starts an image that will have this path.
    init(path: [UInt8], mode: UInt32? = nil, isPrivate: Bool = false) throws(PackError) {
        guard !path.isEmpty else { throw .refused("the image has no name") }
        // Else renaming would say so after all the work, or take a device's place.
        switch Self.leadsToOpenFile(path) ? .pipe : Self.kind(of: path) {
        case nil, .file: break
        case .folder: throw .cannot("write the image", path: path, .isDirectory)
        default:
            throw .refused(
                "cannot write the image: \(printable(path)) is not a file, it would be replaced by one"
            )
        }
        guard let name = OutputName(path) else { throw .cannot("write the image", path: path, .isDirectory) }
        // Safe: the array is lent for the call.
        let raw = unsafe open(cString(name.folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw .cannot("create", path: path, Errno(rawValue: errno)) }
        let folder = Descriptor(owning: raw)
        try Self.removeLeftovers(of: name, in: raw)
        let new = try NewImage(name, in: raw)
        permissions = OutputPermissions(replacing: name.file, in: raw, mode: mode, isPrivate: isPrivate)
        permissions.give(to: new.descriptor.raw)
        self.folder = folder
        self.name = name
        unfinished = new.name
        descriptor = new.descriptor
    }

    private static func kind(of path: [UInt8]) -> Node.Kind? {
        var status = stat()
        // Safe: the structure lives on this stack frame, the array is lent for the call.
        return unsafe stat(cString(path), &status) == 0 ? NodeStatus(status).kind : nil
    }

    /// Whether the name is a link like /dev/stdout, which is there for everybody.
    private static func leadsToOpenFile(_ path: [UInt8]) -> Bool {
        var target = [CChar](repeating: 0, count: 6)
        // Safe: the arrays are lent for the call, which gets the buffer's size.
        let length = unsafe readlink(cString(path), &target, target.count)
        return length == 6 && target.elementsEqual("/proc/".utf8.map { CChar(bitPattern: $0) })
    }

    /// Removes our leftovers of killed runs; a locked file is being written by another run.
    private static func removeLeftovers(of name: OutputName, in folder: CInt) throws(PackError) {
        guard let names = try? Folder(root: name.folder).names() else { return }
        for leftover in names where name.isUnfinished(leftover) {
            var status = stat()
            // Safe: the structure lives on this stack frame, the array is lent for the calls.
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
            guard unsafe fstatat(folder, cString(leftover), &status, AT_SYMLINK_NOFOLLOW) == 0,
                status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
                case let raw = unsafe openat(folder, cString(leftover), flags), raw >= 0
            else { continue }
            defer { close(raw) }
            if flock(raw, LOCK_EX | LOCK_NB) == 0 {
                _ = unsafe unlinkat(folder, cString(leftover), 0)
            } else if errno == EWOULDBLOCK {
                throw .refused("\(printable(name.path(name.file))) is being written by another steve-squash")
            }
        }
    }

    /// Says that something is in the image that not everybody may read.
    func restrict() { permissions.restrict(descriptor.raw) }

    /// Adds bytes at the end.
    mutating func append(_ bytes: [UInt8]) throws(PackError) {
        try write(bytes, at: position)
        position += off_t(bytes.count)
    }

    /// Replaces bytes that were written before.
    ///
    /// The corresponding C function is `pwrite`.
    func write(_ bytes: [UInt8], at start: off_t) throws(PackError) {
        let raw = descriptor.raw
        // Safe: the array is lent for the calls, which get only what is left of it.
        let failure: CInt = unsafe bytes.withUnsafeBytes { all in
            var done = 0
            while done < all.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[done...])
                let length = unsafe pwrite(raw, rest.baseAddress, rest.count, start + off_t(done))
                if length >= 0 { done += length } else if errno != EINTR { return errno }
            }
            return 0
        }
        guard failure != EFBIG else {
            throw .refused(
                "cannot write the image \(printable(name.path(name.file))): it would be larger than a file may be here, by the "
                    + "limit of whoever started steve-squash (ulimit -f) or of the file system"
            )
        }
        guard failure == 0 else {
            throw .cannot("write", path: name.path(unfinished), Errno(rawValue: failure))
        }
    }

    /// Brings everything to the disk.
    ///
    /// The corresponding C function is `fsync`.
    func sync() throws(PackError) {
        guard fsync(descriptor.raw) == 0 else {
            throw .cannot("bring to the disk", path: name.path(unfinished), Errno(rawValue: errno))
        }
    }

    /// Gives the file its name; it must be on the disk.
    ///
    /// The corresponding C function is `renameat`.
    consuming func commit() throws(PackError) {
        let path = name.path(name.file)
        // Safe: the arrays are lent for the call.
        guard unsafe renameat(folder.raw, cString(unfinished), folder.raw, cString(name.file)) == 0 else {
            let reason = Errno(rawValue: errno)
            throw .cannot("rename to \(printable(path)) the file", path: name.path(unfinished), reason)
        }
        isNamed = true
        // Makes the new name survive a crash. Not every file system can; the image is whole either way.
        fsync(folder.raw)
    }

    deinit {
        // Safe: the array is lent for the call.
        if !isNamed { unsafe unlinkat(folder.raw, cString(unfinished), 0) }
    }
}

/// A new file, locked if the file system has locks.
private struct NewImage: ~Copyable {
    let descriptor: Descriptor
    let name: [UInt8]

    init(_ image: OutputName, in folder: CInt) throws(PackError) {
        while true {
            let name = image.newUnfinished()
            let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            // Safe: the array is lent for the call.
            let raw = unsafe openat(folder, cString(name), flags, 0o600)
            if raw < 0, errno == EEXIST { continue }
            guard raw >= 0 else { throw .cannot("create", path: image.path(name), Errno(rawValue: errno)) }
            let new = Descriptor(owning: raw)
            // Another run may have taken it for a leftover before it was locked.
            let isLost = flock(raw, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
            guard !isLost, (try? SourceFile.links(of: raw)) != 0 else { continue }
            descriptor = new
            self.name = name
            return
        }
    }
}
