/// The immediate answer to a read of the device.
package enum ReadAnswer: Equatable, Sendable {
    /// One token, charged to this process.
    case granted(to: ClientID)
    /// None for this reader now, and it does not wait: EAGAIN.
    case wouldBlock
    /// The read waits: it is kept until it is answered.
    case parked

    /// Whether it got a token.
    package var isGranted: Bool {
        if case .granted = self { true } else { false }
    }
}
