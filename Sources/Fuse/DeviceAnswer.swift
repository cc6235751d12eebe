/// What a device says to a read.
package enum DeviceAnswer: Sendable {
    /// One byte, `+`.
    case token
    /// EAGAIN: the caller asked not to wait.
    case wouldBlock
    /// Nothing yet: the request is kept under its id until it is answered.
    case parked
}
