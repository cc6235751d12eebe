/// The first line on every connection, from the daemon.
package struct ControlGreeting: Decodable, Equatable, Sendable {
    /// The daemon's version.
    package var steve: String
    /// The protocol's; a client that knows no such number goes away.
    package var `protocol`: Int
    /// What belongs behind `fifo:` in MAKEFLAGS.
    package var path: String
    package var backend: Backend

    /// The number of the protocol that this code speaks.
    package static let protocolNumber = 1

    /// The greeting of a daemon of this version.
    package init(path: String, backend: Backend) {
        steve = Version.number
        `protocol` = Self.protocolNumber
        self.path = path
        self.backend = backend
    }
}

extension ControlGreeting: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object(["backend": backend.rawValue, "path": path, "protocol": `protocol`, "steve": steve])
    }
}
