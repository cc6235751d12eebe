internal import Jobserver

/// An open file description of the device.
struct OpenHandle {
    let file: FileID
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
}

extension RequestID {
    private static let ticketBit: UInt64 = 1 << 63

    /// The waiting charge of a wrapper's slot; the device numbers its requests without the top bit.
    init(ticket: UInt32) {
        self.init(Self.ticketBit | UInt64(ticket))
    }

    var ticket: UInt32? {
        number & Self.ticketBit == 0 ? nil : UInt32(truncatingIfNeeded: number)
    }
}
