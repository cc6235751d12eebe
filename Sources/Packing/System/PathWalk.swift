internal import Glibc
internal import Linux
internal import Squashfs
internal import SystemPackage

/// The way to a file by its path, name by name, through no link that anybody but root and this user made.
///
/// In a folder of others, a file may become a link to one of ours at any moment. The kernel's own links in
/// /proc are followed.
struct PathWalk: ~Copyable {
    private var place: Descriptor
    /// The names that are left, the next one last.
    private var names: [[UInt8]]
    private var links = 0

    private static let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    private static let pathOnly: CInt = 0o10_000_000 | O_CLOEXEC

    /// Opens the file at the path for reading; whatever it is, that does not block.
    ///
    /// The corresponding C functions are `openat` and `readlinkat`.
    static func open(_ path: [UInt8]) throws(PackError) -> SourceFile {
        do {
            var walk = PathWalk(from: try start(of: path), names(path))
            while true {
                switch try walk.step() {
                case .on: continue
                case .file(let file): return try SourceFile(Descriptor(owning: file))
                case .foreign(let name, let user):
                    throw PackError.refused(
                        "cannot read \(printable(path)): \(printable(name)) is a symbolic link of user \(user), who is "
                            + "neither root nor you, and could lead it anywhere (name the file itself)"
                    )
                }
            }
        } catch let error as PackError {
            throw error
        } catch { throw .cannot("read", path: path, (error as? Errno) ?? .ioError) }
    }

    private enum Step {
        case on
        case file(CInt)
        case foreign(name: [UInt8], user: UInt32)
    }

    private init(from place: consuming Descriptor, _ names: [[UInt8]]) {
        self.place = place
        self.names = names
    }

    private static func start(of path: [UInt8]) throws(Errno) -> Descriptor {
        let start = path.first == UInt8(ascii: "/") ? "/" : "."
        // Safe: the text is lent for the call.
        return Descriptor(owning: try check(unsafe Glibc.open(start, pathOnly | O_DIRECTORY)))
    }

    private static func names(_ path: [UInt8]) -> [[UInt8]] {
        path.split(separator: UInt8(ascii: "/")).map { Array($0) }.reversed()
    }

    private mutating func step() throws(Errno) -> Step {
        guard let name = names.popLast() else { throw .isDirectory }
        let found = try open(name, Self.pathOnly | O_NOFOLLOW)
        let status = try Self.status(of: found.raw)
        guard status.kind == .link else {
            guard names.isEmpty else {
                place = found
                return .on
            }
            return .file(try open(name, Self.flags | O_NOFOLLOW).release())
        }
        guard User.trusts(status.user) else { return .foreign(name: name, user: status.user) }
        links += 1
        guard links <= 40 else { throw .tooManySymbolicLinkLevels }
        return try follow(name, found, isKernels: status.identity.device == Self.procDevice)
    }

    private mutating func follow(
        _ name: [UInt8],
        _ link: borrowing Descriptor,
        isKernels: Bool
    ) throws(Errno) -> Step {
        // Such as /proc/self/fd/0, which leads to a pipe that has no path.
        guard !isKernels else {
            guard names.isEmpty else {
                place = try open(name, Self.pathOnly)
                return .on
            }
            return .file(try open(name, Self.flags).release())
        }
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        // Safe: both arrays are lent for the call; the length stays within the buffer.
        let length = try check(unsafe readlinkat(link.raw, "", &target, target.count))
        let path = target[..<length].map { UInt8(bitPattern: $0) }
        if path.first == UInt8(ascii: "/") { place = try Self.start(of: path) }
        names += Self.names(path)
        return .on
    }

    /// The file system at /proc; nil: there is none.
    private static var procDevice: UInt64? {
        var status = stat()
        // Safe: the text is lent for the call, the structure lives on this stack frame.
        return unsafe stat("/proc/self", &status) == 0 ? NodeStatus(status).identity.device : nil
    }

    private static func status(of raw: CInt) throws(Errno) -> NodeStatus {
        var status = stat()
        // Safe: the structure lives on this stack frame for the whole call.
        _ = try check(unsafe fstat(raw, &status))
        return NodeStatus(status)
    }

    private func open(_ name: [UInt8], _ flags: CInt) throws(Errno) -> Descriptor {
        // Safe: the array is lent for the call.
        Descriptor(owning: try check(unsafe openat(place.raw, cString(name), flags)))
    }
}
