/// One process for ever: a recycled pid has another start time.
package struct ProcessIdentity: Hashable, Sendable {
    package let pid: Int32
    /// Clock ticks from boot to the process' start.
    package let startTime: UInt64

    package init(pid: Int32, startTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
    }
}
