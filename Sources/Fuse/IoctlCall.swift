internal import CFuse

/// How an ioctl came: where its argument points in the client, and how much the kernel will copy there.
@safe
struct IoctlCall {
    // Safe: an address in the client's memory, which we name to the kernel and never follow.
    let address: UnsafeMutableRawPointer?
    let room: Int
    /// Whether we may say what the kernel copies: so for CUSE, not for a regular file.
    let isUnrestricted: Bool

    init(address: UnsafeMutableRawPointer?, room: Int, flags: UInt32) {
        unsafe self.address = address
        self.room = room
        isUnrestricted = flags & UInt32(FUSE_IOCTL_UNRESTRICTED) != 0
    }
}
