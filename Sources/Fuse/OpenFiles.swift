internal import CFuse

/// The open files by the handler's numbers, each with its newest poll handle: whom to notify when it becomes readable.
///
/// The numbers are small: the handler uses them again. The table grows to the largest one ever seen.
@safe
struct OpenFiles: ~Copyable {
    @safe
    private struct Entry {
        var isOpen = false
        // Safe: libfuse allocates a handle for us alone; it is destroyed when it leaves the table.
        var handle: OpaquePointer?
    }

    private var entries: [Entry] = []

    /// Adds a file, which nobody polls yet.
    mutating func open(_ file: UInt64) {
        while entries.count <= file { entries.append(Entry()) }
        unsafe replaceHandle(of: Int(file), by: nil)
        entries[Int(file)].isOpen = true
    }

    /// Whether the file is open.
    func contains(_ file: UInt64) -> Bool {
        file < entries.count && entries[Int(file)].isOpen
    }

    /// Keeps a handle, instead of the one that this file had; a file that is not open has none.
    mutating func keep(_ handle: OpaquePointer, for file: UInt64) {
        guard contains(file) else { return unsafe fuse_pollhandle_destroy(handle) }
        unsafe replaceHandle(of: Int(file), by: handle)
    }

    /// Notifies the file's handle and forgets it.
    mutating func notify(_ file: UInt64) {
        guard contains(file), let handle = unsafe entries[Int(file)].handle else { return }
        unsafe fuse_lowlevel_notify_poll(handle)
        unsafe replaceHandle(of: Int(file), by: nil)
    }

    /// Removes a file; false when it was not open.
    mutating func close(_ file: UInt64) -> Bool {
        guard contains(file) else { return false }
        unsafe replaceHandle(of: Int(file), by: nil)
        entries[Int(file)].isOpen = false
        return true
    }

    private mutating func replaceHandle(of file: Int, by handle: OpaquePointer?) {
        if let former = unsafe entries[file].handle { unsafe fuse_pollhandle_destroy(former) }
        unsafe entries[file].handle = unsafe handle
    }

    deinit {
        for entry in entries {
            if let handle = unsafe entry.handle { unsafe fuse_pollhandle_destroy(handle) }
        }
    }
}
