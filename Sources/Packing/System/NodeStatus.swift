internal import Glibc
internal import Linux
internal import Squashfs
internal import SystemPackage

/// What lstat(2) says about a name, as far as an image needs it.
struct NodeStatus: Equatable {
    let identity: FileIdentity
    private(set) var mode: UInt32
    let user: UInt32
    let group: UInt32
    let links: UInt64
    let size: UInt64
    let modified: Int64
    let modifiedNanoseconds: Int64
    /// Whether the file system stores less than the file's size.
    let hasHoles: Bool
    private let rawDevice: UInt64

    /// What stands for a folder that cannot be looked at: an empty one in this folder.
    var ofEmptyFolder: NodeStatus {
        var empty = self
        empty.mode = S_IFDIR | 0o755
        return empty
    }

    /// Whether mode and owner are the same.
    func isProtected(as other: NodeStatus) -> Bool {
        (mode, user, group) == (other.mode, other.user, other.group)
    }

    /// Whether the file was written between the two.
    func isModified(since other: NodeStatus) -> Bool {
        (size, modified, modifiedNanoseconds) != (other.size, other.modified, other.modifiedNanoseconds)
    }

    /// Whether everybody may read it, the members of its group, too.
    var isPublic: Bool { mode & 0o44 == 0o44 }

    init(_ status: stat) {
        identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        mode = status.st_mode
        user = status.st_uid
        group = status.st_gid
        links = UInt64(status.st_nlink)
        size = UInt64(max(0, status.st_size))
        modified = Int64(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
        hasHoles = status.st_blocks * 512 < status.st_size
        rawDevice = UInt64(status.st_rdev)
    }

    /// When it was modified, by the last bits of the nanoseconds: enough to see that it was modified again.
    var stamp: UInt32 { UInt32(truncatingIfNeeded: modified &* 1_000_000_000 &+ modifiedNanoseconds) }

    /// The kind of node, nil for one that this program does not know.
    var kind: Node.Kind? {
        switch mode & S_IFMT {
        case S_IFDIR: .folder
        case S_IFREG: .file
        case S_IFLNK: .link
        case S_IFBLK: .blockDevice
        case S_IFCHR: .characterDevice
        case S_IFIFO: .pipe
        case S_IFSOCK: .socket
        default: nil
        }
    }

    /// A device's number in the kernel's 32-bit form: 20 bits of minor around 12 of major.
    var device: UInt32 {
        let major = UInt32(truncatingIfNeeded: rawDevice >> 8 & 0xFFF | rawDevice >> 32 & 0xFFFF_F000)
        let minor = UInt32(truncatingIfNeeded: rawDevice & 0xFF | rawDevice >> 12 & 0xFFFF_FF00)
        return DeviceNumber(major: major, minor: minor).packed
    }
}

extension Errno {
    /// Whether a name that was there a moment ago is gone, or leads to something of another kind.
    var meansVanished: Bool {
        [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice].contains(
            self
        )
    }

    /// Whether a folder cannot be reached although the disk is sound: the server of its mount is gone, or
    /// keeps root out as FUSE and NFS do.
    var meansUnreachable: Bool {
        let gone: [Errno] = [
            .socketNotConnected, .staleNFSFileHandle, .hostIsDown, .noRouteToHost, .timedOut,
            .connectionAbort,
        ]
        return gone.contains(self) || geteuid() == 0 && [.permissionDenied, .notPermitted].contains(self)
    }
}
