internal import Jobserver

/// An open file description of the device.
struct OpenHandle {
    let file: FileID
    let user: UInt32
    var anonymous: AnonymousAccount?
}

/// The account of callers that are outside of our PID namespace: it ends with their open file.
struct AnonymousAccount {
    let build: BuildID
    let client: ClientID

    init(_ pool: inout TokenPool) {
        build = pool.begin()
        client = pool.connect(in: build)
    }

    /// The account that another server had made.
    init(build: BuildID, client: ClientID) {
        self.build = build
        self.client = client
    }
}

/// A wrapper's slot: one token, taken through a file that is open in our books only.
struct SlotCharge {
    let process: KnownProcess
    let file: FileID
    /// Whether its token is still to come.
    var isWaiting = true
}

extension RequestID {
    /// The waiting charge of a wrapper's slot: the device numbers none of its requests so low.
    init(ticket: UInt32) {
        self.init(UInt64(ticket))
    }

    var ticket: UInt32? { UInt32(exactly: number) }
}
