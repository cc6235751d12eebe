/// What the machine looked like at one moment; nil where nobody asked or the kernel does not say.
package struct Sample: Equatable, Sendable {
    /// The first field of /proc/loadavg: the mean of one minute.
    package var loadAverage: Double?
    /// The fourth field of /proc/loadavg before its slash: tasks that run or want to, the reader among them.
    package var runningTasks: Int?

    package init() {}
}
