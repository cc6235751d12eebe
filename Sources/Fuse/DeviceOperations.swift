internal import Vocabulary
internal import CFuse
internal import Glibc

/// libfuse's table of callbacks for a character device.
///
/// The callbacks are literal closures in a function that belongs to no actor: only such closures become C
/// functions that may be called from any thread.
enum DeviceOperations {
    /// Every callback finds its dispatcher through the request.
    static func table() -> cuse_lowlevel_ops {
        var table = cuse_lowlevel_ops()
        // Safe, for the whole table: libfuse passes a live request, whose answer is ours to give, and file
        // information that lives during the call. No pointer but the request's is kept.
        unsafe table.init_done = { userdata in
            guard let userdata = unsafe userdata else { return }
            unsafe Unmanaged<Dispatcher>.fromOpaque(userdata).takeUnretainedValue().isReady = true
        }
        unsafe table.`init` = { _, connection in
            unsafe connection?.pointee.max_write = UInt32(DeviceSession.largestWrite)
        }
        unsafe table.open = { request, info in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).open(Request(request), flags: info.pointee.flags)
        }
        unsafe table.read = { request, size, _, info in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).read(
                Request(request),
                file: FileID(info.pointee.fh),
                size: size,
                flags: info.pointee.flags
            )
        }
        unsafe table.write = { request, _, size, _, info in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).write(Request(request), file: FileID(info.pointee.fh), count: size)
        }
        unsafe table.release = { request, info in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).release(Request(request), file: FileID(info.pointee.fh))
        }
        unsafe table.ioctl = { request, command, address, info, flags, _, _, room in
            guard let request = unsafe request, let info = unsafe info else { return }
            unsafe Dispatcher.of(request).ioctl(
                Request(request),
                file: FileID(info.pointee.fh),
                command: UInt32(bitPattern: command),
                call: IoctlCall(address: address, room: room, flags: flags)
            )
        }
        unsafe table.poll = { request, info, handle in
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
}
