internal import Vocabulary
internal import CFuse
internal import Glibc
internal import Ledger

/// The open files by the handler's numbers, each with its newest poll handle, by which to notify its pollers.
///
/// The numbers are small, because the handler uses them again. The table grows to the largest number ever
/// seen. The handles are the kernel's numbers, not libfuse's objects. They are in the ledger too, so that a
/// session of another process can notify them.
struct OpenFiles {
    private struct Entry {
        var isOpen = false
        /// 0: nobody waits.
        var handle: UInt64 = 0
    }

    private let ledger: ServerLedger
    private var entries: [Entry] = []

    init(_ ledger: ServerLedger) {
        self.ledger = ledger
    }

    /// Adds a file, which nobody polls yet.
    mutating func open(_ file: FileID) {
        while entries.count <= file.index { entries.append(Entry()) }
        setHandle(of: file, to: 0)
        entries[Int(file.index)].isOpen = true
    }

    /// Adds a file that another process has opened, together with its poll handle in the ledger.
    mutating func reopen(_ file: FileID) {
        while entries.count <= file.index { entries.append(Entry()) }
        let isKept = file.index < ledger.layout.handles.rows
        let handle = isKept ? ledger[ledger.layout.handles, Int(file.index), Self.word] : 0
        entries[Int(file.index)] = Entry(isOpen: true, handle: handle)
    }

    /// Whether the file is open.
    func contains(_ file: FileID) -> Bool {
        file.index >= 0 && file.index < entries.count && entries[Int(file.index)].isOpen
    }

    /// Keeps a handle in place of the file's earlier one; a file that is not open has none.
    mutating func keep(_ handle: UInt64, for file: FileID) {
        if contains(file) { setHandle(of: file, to: handle) }
    }

    /// Promises a notice to the file's handle and forgets it.
    mutating func notify(_ file: FileID) {
        guard contains(file), entries[Int(file.index)].handle != 0 else { return }
        var notice = Notice(handle: entries[Int(file.index)].handle)
        // Safe: the structure lives on this stack frame, and the ledger copies it.
        unsafe withUnsafeMutableBytes(of: &notice) { bytes in
            var part = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
            _ = unsafe ledger.stageAnswer(&part, 1)
        }
        setHandle(of: file, to: 0)
    }

    /// Removes a file; false when it was not open.
    mutating func close(_ file: FileID) -> Bool {
        guard contains(file) else { return false }
        setHandle(of: file, to: 0)
        entries[Int(file.index)].isOpen = false
        return true
    }

    /// Every file with somebody to notify.
    var polled: [FileID] {
        entries.indices.lazy.filter { entries[$0].isOpen && entries[$0].handle != 0 }
            .map { FileID(index: Int32($0)) }
    }

    private mutating func setHandle(of file: FileID, to handle: UInt64) {
        guard entries[Int(file.index)].handle != handle else { return }
        entries[Int(file.index)].handle = handle
        ledger.stage(handle, ledger.layout.handles, Int(file.index), Self.word)
    }

    /// The word of a file's row that is ours.
    private static let word = 2
}

extension FileID {
    /// The file that the kernel means, or one that is never open.
    init(_ handle: UInt64) { self.init(index: Int32(exactly: handle) ?? -1) }
}

/// The notification for the kernel that a polled file has become readable.
private struct Notice {
    var header = fuse_out_header()
    var body = fuse_notify_poll_wakeup_out()

    init(handle: UInt64) {
        header.len = UInt32(MemoryLayout<Self>.size)
        header.error = Int32(FUSE_NOTIFY_POLL.rawValue)
        body.kh = handle
    }
}
