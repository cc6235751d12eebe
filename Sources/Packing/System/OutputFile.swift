internal import Glibc
internal import Linux
internal import Squashfs
internal import SystemPackage

/// An image in the making.
///
/// It gets its name when it is whole and on the disk; until then, and when it is given up, the file that has
/// the name now stays as it is.
///
/// The unfinished file has one fixed name beside the image, locked while it is written: what a killed run leaves is
/// used by the next one, and two runs cannot write the same image.
struct OutputFile: ~Copyable {
    private let descriptor: Descriptor
    private let path: [UInt8]
    private let unfinished: [UInt8]
    private var position: off_t = 0
    private var isNamed = false

    /// Starts an image that will have this path.
    init(path: [UInt8]) throws(PackError) {
        let unfinished = Self.unfinished(path)
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
        descriptor = try Self.openLocked(unfinished, for: path)
        self.path = path
        self.unfinished = unfinished
    }

    /// What an image is called while it is written.
    static func unfinished(_ path: [UInt8]) -> [UInt8] { path + Array(".unfinished".utf8) }

    private static func kind(of path: [UInt8]) -> Node.Kind? {
        var status = stat()
        // Safe: the structure lives on this stack frame, the array is lent for the call.
        return unsafe stat(cString(path), &status) == 0 ? FileStatus(status).kind : nil
    }

    /// Whether the name is a link like /dev/stdout, which is there for everybody.
    private static func leadsToOpenFile(_ path: [UInt8]) -> Bool {
        var target = [CChar](repeating: 0, count: 6)
        // Safe: the arrays are lent for the call, which gets the buffer's size.
        let length = unsafe readlink(cString(path), &target, target.count)
        return length == 6 && target.elementsEqual("/proc/".utf8.map { CChar(bitPattern: $0) })
    }

    private static func openLocked(_ unfinished: [UInt8], for path: [UInt8]) throws(PackError) -> Descriptor {
        // Safe: the array is lent for the call.
        let raw = unsafe open(cString(unfinished), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard raw >= 0 else { throw .cannot("create", path: unfinished, Errno(rawValue: errno)) }
        let descriptor = Descriptor(owning: raw)
        guard flock(raw, LOCK_EX | LOCK_NB) == 0, isSame(raw, unfinished) else {
            throw .refused("\(printable(path)) is being written by another steve-squash")
        }
        guard ftruncate(raw, 0) == 0 else { throw .cannot("empty", path: unfinished, Errno(rawValue: errno)) }
        return descriptor
    }

    /// Whether the name still leads to the open file: the run before could have renamed it after it was opened here.
    private static func isSame(_ descriptor: CInt, _ path: [UInt8]) -> Bool {
        var open = stat()
        var named = stat()
        // Safe: the structures live on this stack frame, the array is lent for the call.
        return unsafe fstat(descriptor, &open) == 0 && stat(cString(path), &named) == 0
            && open.st_ino == named.st_ino && open.st_dev == named.st_dev
    }

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
        guard failure == 0 else { throw .cannot("write", path: unfinished, Errno(rawValue: failure)) }
    }

    /// Brings everything to the disk.
    ///
    /// The corresponding C function is `fsync`.
    func sync() throws(PackError) {
        guard fsync(descriptor.raw) == 0 else {
            throw .cannot("bring to the disk", path: unfinished, Errno(rawValue: errno))
        }
    }

    /// Gives the file its name; it must be on the disk.
    ///
    /// The corresponding C function is `rename`.
    consuming func commit() throws(PackError) {
        // Safe: the arrays are lent for the call.
        guard unsafe rename(cString(unfinished), cString(path)) == 0 else {
            throw .cannot("rename to \(printable(path)) the file", path: unfinished, Errno(rawValue: errno))
        }
        isNamed = true
        syncFolder()
    }

    /// Makes the new name survive a crash.
    ///
    /// Not every file system can; the image is whole either way.
    private func syncFolder() {
        let folder = path.lastIndex(of: UInt8(ascii: "/")).map { Array(path[...$0]) } ?? [UInt8(ascii: ".")]
        // Safe: the array is lent for the call.
        let raw = unsafe open(cString(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { return }
        fsync(raw)
        close(raw)
    }

    deinit {
        // Safe: the array is lent for the call.
        if !isNamed { unsafe unlink(cString(unfinished)) }
    }
}
