internal import Vocabulary
internal import Jobserver
internal import Ledger
internal import Linux

/// The pool's clients, as rows of the ledger: pid and role of the process, start time, since when it has a
/// pipe's token.
extension ServerLedger {
    private static let user: UInt64 = 1 << 32
    private static let slot: UInt64 = 1 << 33

    /// A process is known from now on.
    func stage(_ process: KnownProcess) {
        let start = (try? ProcFS.stat(of: process.pid))?.startTime ?? 0
        let row = Int(process.client.index)
        stage(UInt64(UInt32(bitPattern: process.pid.number)), layout.processes, row, 0)
        stage(start, layout.processes, row, 1)
        stage(0, layout.processes, row, 2)
    }

    /// It is known no more.
    func forget(_ process: KnownProcess) { forget(process.client) }

    /// A client is known no more.
    func forget(_ client: ClientID) { stage(0, layout.processes, Int(client.index), 0) }

    /// A wrapper has registered it, and it is to have a token for its slot, or not.
    func stage(user process: KnownProcess, hasSlot: Bool) {
        let pid = UInt64(UInt32(bitPattern: process.pid.number))
        stage(pid | Self.user | (hasSlot ? Self.slot : 0), layout.processes, Int(process.client.index), 0)
    }

    /// It has taken a token out of the pipe at that time.
    func stage(charged process: KnownProcess, since: MonotonicTime) {
        stage(UInt64(bitPattern: since.nanoseconds), layout.processes, Int(process.client.index), 2)
    }

    // MARK: Reading

    /// The process of a client; nil: unknown.
    func pid(of client: ClientID) -> ProcessID? {
        let word = self[layout.processes, Int(client.index), 0]
        return word == 0 ? nil : ProcessID(Int32(truncatingIfNeeded: word))
    }

    func startTime(of client: ClientID) -> UInt64 { self[layout.processes, Int(client.index), 1] }

    /// Whether a wrapper has registered it.
    func isUser(_ process: KnownProcess) -> Bool {
        self[layout.processes, Int(process.client.index), 0] & Self.user != 0
    }

    /// When it took a token out of the pipe; nil: it has none.
    func charged(_ process: KnownProcess) -> MonotonicTime? {
        let word = self[layout.processes, Int(process.client.index), 2]
        return word == 0 ? nil : MonotonicTime(nanoseconds: Int64(bitPattern: word))
    }
}
