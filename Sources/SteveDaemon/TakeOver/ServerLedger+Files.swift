internal import Vocabulary
internal import Jobserver
internal import Ledger

/// What is known of open files besides what the pool knows: the process of each, and which of them are only
/// the slots of wrapped commands.
extension ServerLedger {
    /// What a file of the pool is.
    enum FileKind: UInt64 {
        case none, opened, waitingSlot, slot
    }

    /// A client has opened the device.
    func stage(_ handle: OpenHandle) {
        stage(FileKind.opened.rawValue | UInt64(handle.user) << 32, layout.handles, Int(handle.file.index), 0)
        stage(account: handle.anonymous, of: handle.file)
    }

    /// The account of a file whose callers cannot be named.
    func stage(account: Account?, of file: FileID) {
        stage(account.map { UInt64($0.client.index + 1) } ?? 0, layout.handles, Int(file.index), 1)
    }

    /// A process is to have a token for its slot, or has it.
    func stage(slot file: FileID, of process: KnownProcess, isWaiting: Bool) {
        let kind = isWaiting ? FileKind.waitingSlot : .slot
        stage(kind.rawValue, layout.handles, Int(file.index), 0)
        stage(UInt64(process.client.index + 1), layout.handles, Int(file.index), 1)
    }

    /// A file is closed.
    func forget(_ file: FileID) { stage(0, layout.handles, Int(file.index), 0) }

    // MARK: Reading

    func kind(of file: FileID) -> FileKind {
        FileKind(rawValue: self[layout.handles, Int(file.index), 0] & 0xFFFF_FFFF) ?? .none
    }

    func user(of file: FileID) -> UInt32 {
        UInt32(truncatingIfNeeded: self[layout.handles, Int(file.index), 0] >> 32)
    }

    /// The client that a file's row names.
    func client(of file: FileID) -> ClientID? {
        let word = self[layout.handles, Int(file.index), 1]
        return word == 0 ? nil : ClientID(index: Int32(truncatingIfNeeded: word) - 1)
    }
}
