internal import Vocabulary
internal import Jobserver

/// An open file description of the device.
struct OpenHandle {
    let file: FileID
    let user: UInt32
    /// The account of callers that are outside of our PID namespace: it ends with the file.
    var anonymous: Account?
}

/// A wrapped command's own token, for its implicit slot: its process has it to its end.
struct WrapperSlot {
    /// Whether the token is still to come.
    var isWaiting: Bool
    /// Since when it is so, or not.
    var since: MonotonicTime
    /// What the token is taken through, open in the pool's books only; nil on a pipe.
    var file: FileID?
}

extension RequestID {
    /// The read by which a process waits for its slot: no request of the device has a number this low.
    init(slotOf client: ClientID) {
        self.init(UInt64(client.index))
    }

    var isSlot: Bool { number <= UInt64(UInt32.max) }
}
