package import Vocabulary

/// What the pool's owner has to do after an event, in this order.
package enum Effect: Equatable, Sendable {
    /// Answer this waiting read with a token, which its process is already charged for.
    ///
    /// When the answer cannot be delivered, say so with `undelivered`.
    case grant(RequestID, ClientID, FileID)
    /// Tell this open file's pollers to look again.
    case wake(FileID)
    /// Answer this waiting read with EINTR: its process has ended, or its file has.
    case abandon(RequestID)
}

/// What the bytes of one write were charged to.
package struct WriteReceipt: Equatable, Sendable {
    /// Tokens that the writer itself held.
    package var own = 0
    /// Tokens that another process took through the same open file.
    package var passed = 0
    /// The writer's implicit slot, lent to the pool.
    package var lent = 0
    /// Bytes that stood for no token.
    package var dropped = 0
}
