internal import CLinux
internal import Glibc
package import SystemPackage

/// What the kernel says of a file without opening it: the owner is the real one, also under fakeroot.
package struct FileStatus: Hashable, Sendable {
    /// What kind of file it is, as far as anybody here asks.
    package enum Kind: Sendable { case regular, directory, pipe, characterDevice, socket, link, other }

    package let identity: FileIdentity
    package let kind: Kind
    /// The permission bits.
    package let mode: UInt32
    package let user: UInt32
    package let group: UInt32
    package let size: Int
    /// How many names it has.
    package let links: Int
    /// The device behind a device node.
    package let deviceNumber: DeviceNumber

    /// Asks about a path; a link at its end is not followed unless `following`.
    ///
    /// The corresponding C function is `lstat`.
    package init(ofPath path: String, following: Bool = false) throws(Errno) {
        var status = stat()
        // Safe: path and structure are lent for the call.
        _ = try check(unsafe clinux_status_of_path(path, &status, following ? 1 : 0))
        self.init(status)
    }

    /// Asks about an open file.
    ///
    /// The corresponding C function is `fstat`.
    package init(ofDescriptor descriptor: CInt) throws(Errno) {
        var status = stat()
        // Safe: the structure is lent for the call.
        _ = try check(unsafe clinux_status_of_descriptor(descriptor, &status))
        self.init(status)
    }

    private init(_ status: stat) {
        identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        kind =
            switch status.st_mode & mode_t(S_IFMT) {
            case mode_t(S_IFREG): .regular
            case mode_t(S_IFDIR): .directory
            case mode_t(S_IFIFO): .pipe
            case mode_t(S_IFCHR): .characterDevice
            case mode_t(S_IFSOCK): .socket
            case mode_t(S_IFLNK): .link
            default: .other
            }
        mode = status.st_mode & 0o7777
        user = status.st_uid
        group = status.st_gid
        size = Int(status.st_size)
        links = Int(status.st_nlink)
        deviceNumber = DeviceNumber(
            major: clinux_major(status.st_rdev),
            minor: clinux_minor(status.st_rdev)
        )
    }
}

/// One file for as long as it exists, whatever its names.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}
