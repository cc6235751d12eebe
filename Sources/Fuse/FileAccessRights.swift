internal import Glibc

/// Who may open the mounted file: the kernel asks for them, and looks after it.
package struct FileAccessRights: Equatable, Sendable {
    package var user: UInt32
    package var group: UInt32
    /// The permission bits.
    package var mode: UInt32

    /// Everybody, unless said otherwise.
    package init(user: UInt32 = getuid(), group: UInt32 = getgid(), mode: UInt32 = 0o666) {
        self.user = user
        self.group = group
        self.mode = mode
    }
}
