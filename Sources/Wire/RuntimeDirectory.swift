/// Where a daemon keeps its socket and its locks, and where others look for them.
package enum RuntimeDirectory {
    /// The directory of the daemon that serves the whole machine.
    package static let system = "/run/steve"

    /// One of the places where the directory may be.
    package struct Place: Equatable, Sendable {
        package let path: String
        /// The mode that it is made with; nil: somebody chose the directory, and it stays as it is.
        package let mode: UInt32?
        /// The folder above it that must be there, and be safe, too.
        package let parent: String?
        /// Whether a program must say so if it cannot use the directory, because this environment names it.
        package let isExpected: Bool
    }

    /// The places where a daemon of this user with this environment may be, and be started: the first one
    /// that can be used.
    ///
    /// Root looks where users do as well: /run is read-only in many a container.
    package static func places(environment: [String: String], user: UInt32, isRoot: Bool) -> [Place] {
        if let chosen = nonEmpty(environment["STEVE_RUNTIME_DIR"]) {
            return [Place(path: chosen, mode: nil, parent: nil, isExpected: true)]
        }
        // Below root's directory users must find the pipe, whatever root's umask.
        let mode: UInt32 = isRoot ? 0o755 : 0o700
        var places = [Place(path: system, mode: 0o755, parent: nil, isExpected: isRoot)]
        if let session = nonEmpty(environment["XDG_RUNTIME_DIR"]) {
            places.append(Place(path: session + "/steve", mode: mode, parent: session, isExpected: !isRoot))
        }
        places.append(Place(path: "/tmp/steve-\(user)", mode: mode, parent: nil, isExpected: true))
        return places
    }

    /// What to say of a socket whose path is too long (unix(7)).
    package static let tooLong =
        "a socket's path has 107 bytes at most (name another directory in STEVE_RUNTIME_DIR)"

    /// The control socket of a device in one of these directories.
    package static func socket(_ name: DeviceName, in directory: String) -> String {
        directory + "/\(name).sock"
    }

    private static func nonEmpty(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return text
    }
}

extension RuntimeDirectory {
    /// Locked by a daemon for its whole life: one a name.
    package static func instanceLock(_ name: DeviceName, in directory: String) -> String {
        directory + "/\(name).lock"
    }

    /// A wrapper locks it while it looks for a daemon and until it is registered, and a daemon that ends by
    /// itself locks it too: so nobody connects to one that is about to go.
    package static func startLock(_ name: DeviceName, in directory: String) -> String {
        directory + "/\(name).start"
    }
}
