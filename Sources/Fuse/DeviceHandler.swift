package import Vocabulary
package import SystemPackage

/// What the owner of a device decides.
///
/// All calls come on the thread that calls `DeviceSession.serve`. Every function may call back into the
/// session (`grant`, `fail`, `wake`), also for the request that it is asked about.
package protocol DeviceHandler: AnyObject {
    /// A client opens the device: gives the owner's number for the open file, or refuses.
    ///
    /// A small number that no open file has: tables are indexed by it.
    func opened(by thread: ThreadID, user: UInt32, flags: Int32) throws(Errno) -> FileID

    /// A client reads. `.parked` keeps the request under `request` until `grant`, `fail` or an interrupt.
    ///
    /// A number is never used again, and never has its top bit set.
    func read(_ request: RequestID, file: FileID, by thread: ThreadID, nonblocking: Bool) -> ReadAnswer

    /// The reply to a granted read did not reach the client: the kernel no longer wants it.
    ///
    /// `holder` was charged. The reader's thread may have ended meanwhile, so the thread no longer leads to
    /// the holder.
    func tokenUndelivered(file: FileID, to holder: ClientID)

    /// A parked read was interrupted; it has been answered with EINTR and left the session.
    func interrupted(_ request: RequestID)

    /// A client wrote `count` bytes, which has been acknowledged in full.
    func wrote(_ count: Int, file: FileID, by thread: ThreadID)

    /// Says whether a read by this caller would get a token now.
    ///
    /// With `willWait` the kernel wants to know of the next change, and `wake` tells it. That holds for a
    /// readable file too: an edge-triggered epoll does not ask again after it was told "readable" once.
    func polled(file: FileID, by thread: ThreadID, willWait: Bool) -> Bool

    /// How many tokens this caller could take now (FIONREAD).
    func available(file: FileID, by thread: ThreadID) -> Int

    /// The last descriptor of an open file is gone. Also called when the client died before it got the open
    /// file.
    func closed(file: FileID)

    /// Puts what the next server must know of recent changes into the ledger's next transaction.
    ///
    /// The session calls this before it gives any answer, and completes the transaction.
    func store()
}
