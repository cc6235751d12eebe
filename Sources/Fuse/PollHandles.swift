internal import CFuse

/// The newest poll handle of each open file: whom to notify when the file becomes readable.
///
/// A table of its own and not a field of the owner's file, so that the owner need not know libfuse. It keeps its capacity.
@safe
struct PollHandles: ~Copyable {
    // Safe: libfuse allocates a handle for us alone; it is destroyed when it leaves the table.
    private var handles: [UInt64: OpaquePointer] = unsafe [:]

    /// Keeps a handle, instead of the one that this file had.
    mutating func keep(_ handle: OpaquePointer, for file: UInt64) {
        if let older = unsafe handles.updateValue(handle, forKey: file) {
            unsafe fuse_pollhandle_destroy(older)
        }
    }

    /// Notifies the file's handle and forgets it.
    mutating func notify(_ file: UInt64) {
        guard let handle = unsafe handles.removeValue(forKey: file) else { return }
        unsafe fuse_lowlevel_notify_poll(handle)
        unsafe fuse_pollhandle_destroy(handle)
    }

    /// Forgets the file's handle.
    mutating func forget(_ file: UInt64) {
        guard let handle = unsafe handles.removeValue(forKey: file) else { return }
        unsafe fuse_pollhandle_destroy(handle)
    }

    deinit {
        unsafe handles.values.forEach { unsafe fuse_pollhandle_destroy($0) }
    }
}
