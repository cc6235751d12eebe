/// What counts as load.
package enum LoadSource: String, CaseIterable, Sendable {
    /// The first field of /proc/loadavg: the mean of one minute.
    case average
    /// Its fourth field: the tasks that run at the moment.
    case running
}
