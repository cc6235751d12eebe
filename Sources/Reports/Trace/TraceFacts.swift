package import Wire

/// What a trace's reader needs to know about the daemon.
package struct TraceFacts: Equatable, Sendable {
    package let steve: String
    package let path: String
    package let backend: Backend
    /// The load average up to which tokens are granted.
    package let loadLimit: Double?
    /// When the trace began, in milliseconds since 1970.
    package let beganMilliseconds: Int64

    package init(_ report: StatusReport, beganMilliseconds: Int64) {
        steve = report.version
        path = report.path
        backend = report.backend
        loadLimit = report.load.limit
        self.beganMilliseconds = beganMilliseconds
    }
}
