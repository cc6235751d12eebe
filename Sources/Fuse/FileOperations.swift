internal import Vocabulary
internal import CFuse
internal import Glibc

/// libfuse's table of callbacks for a file system whose root is the one file.
///
/// libfuse answers requests that are missing here with ENOSYS. The kernel remembers that, and takes it for
/// "done" with FLUSH, FSYNC and ACCESS.
enum FileOperations {
    /// Every callback finds its dispatcher through the request.
    static func table() -> fuse_lowlevel_ops {
        var table = fuse_lowlevel_ops()
        // Safe, for the whole table: libfuse passes a live request, whose answer is ours to give, and file
        // information that lives during the call. No pointer but the request's is kept.
        unsafe table.`init` = { userdata, connection in
            guard let userdata = unsafe userdata else { return }
            unsafe connection?.pointee.max_write = UInt32(DeviceSession.largestWrite)
            unsafe Unmanaged<Dispatcher>.fromOpaque(userdata).takeUnretainedValue().isReady = true
        }
        unsafe table.getattr = { request, _, _ in
            guard let request = unsafe request else { return }
            unsafe Request(request).give(attributes: Self.attributes(Dispatcher.of(request).access))
        }
        // O_TRUNC, chmod and touch are accepted and change nothing.
        unsafe table.setattr = { request, _, _, _, _ in
            guard let request = unsafe request else { return }
            unsafe Request(request).give(attributes: Self.attributes(Dispatcher.of(request).access))
        }
        unsafe table.open = { request, _, info in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).open(Request(request), flags: info.pointee.flags)
        }
        unsafe table.read = { request, _, size, _, info in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).read(
                Request(request),
                file: FileID(info.pointee.fh),
                size: size,
                flags: info.pointee.flags
            )
        }
        unsafe table.write = { request, _, _, size, _, info in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).write(Request(request), file: FileID(info.pointee.fh), count: size)
        }
        unsafe table.release = { request, _, info in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).release(Request(request), file: FileID(info.pointee.fh))
        }
        unsafe table.ioctl = { request, _, command, address, info, flags, _, _, room in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).ioctl(
                Request(request),
                file: FileID(info.pointee.fh),
                command: command,
                call: IoctlCall(address: address, room: room, flags: flags)
            )
        }
        unsafe table.poll = { request, _, info, handle in
            guard let request = unsafe request, let info = unsafe info else { return }
            let dispatcher = unsafe Dispatcher.of(request)
            unsafe dispatcher.poll(
                Request(request),
                file: FileID(info.pointee.fh),
                handle: dispatcher.handle(handle)
            )
        }
        return table
    }

    /// An empty regular file.
    private static func attributes(_ access: FileAccessRights) -> stat {
        var attributes = stat()
        attributes.st_ino = ino_t(FUSE_ROOT_ID)
        attributes.st_mode = S_IFREG | mode_t(access.mode)
        attributes.st_nlink = 1
        attributes.st_uid = access.user
        attributes.st_gid = access.group
        return attributes
    }
}

/// Who may open the mounted file: the kernel asks for these attributes and enforces them.
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
