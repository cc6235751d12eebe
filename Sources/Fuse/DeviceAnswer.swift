/// What a device says to a read.
package enum DeviceAnswer: Sendable {
    /// One byte, `+`, charged to the holder whom the owner numbers so.
    case token(holder: Int32)
    /// EAGAIN: the caller asked not to wait.
    case wouldBlock
    /// Nothing yet: the request is kept under its id until it is answered.
    case parked
}
