internal import CFuse

/// The open files by the handler's numbers, each with its newest poll handle: whom to notify when it becomes readable.
///
/// Keeps its capacity: once as many files have been open at a time, opening one allocates no more.
@safe
struct OpenFiles: ~Copyable {
    // Safe: libfuse allocates a handle for us alone; it is destroyed when it leaves the table.
    private var handles: [UInt64: OpaquePointer?] = unsafe [:]

    /// Adds a file, which nobody polls yet.
    mutating func open(_ file: UInt64) {
        unsafe destroy(handles.updateValue(nil, forKey: file))
    }

    /// Whether the file is open.
    func contains(_ file: UInt64) -> Bool {
        unsafe handles.index(forKey: file) != nil
    }

    /// Keeps a handle, instead of the one that this file had; a file that is not open has none.
    mutating func keep(_ handle: OpaquePointer, for file: UInt64) {
        guard contains(file) else { return unsafe destroy(handle) }
        unsafe destroy(handles.updateValue(handle, forKey: file))
    }

    /// Notifies the file's handle and forgets it.
    mutating func notify(_ file: UInt64) {
        guard let handle = unsafe handles[file] ?? nil else { return }
        unsafe fuse_lowlevel_notify_poll(handle)
        unsafe destroy(handles.updateValue(nil, forKey: file))
    }

    /// Removes a file; false when it was not open.
    mutating func close(_ file: UInt64) -> Bool {
        guard let handle = unsafe handles.removeValue(forKey: file) else { return false }
        unsafe destroy(handle)
        return true
    }

    private func destroy(_ handle: OpaquePointer??) {
        if let handle = unsafe handle ?? nil { unsafe fuse_pollhandle_destroy(handle) }
    }

    deinit {
        unsafe handles.values.forEach { if let handle = unsafe $0 { unsafe fuse_pollhandle_destroy(handle) } }
    }
}
