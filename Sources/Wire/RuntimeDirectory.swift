/// Where a daemon keeps its socket and its locks, and where others look for them.
package enum RuntimeDirectory {
    /// The directory of the daemon that serves the whole machine.
    package static let system = "/run/steve"

    /// Where a daemon started with this environment by this user puts its files.
    ///
    /// `systemIsWritable` says whether /run/steve exists and this user may write there.
    package static func own(environment: [String: String], user: UInt32, systemIsWritable: Bool) -> String {
        if let chosen = nonEmpty(environment["STEVE_RUNTIME_DIR"]) { return chosen }
        if user == 0 || systemIsWritable { return system }
        return personal(environment: environment, user: user)
    }

    /// Where to look for a running daemon, the machine's own first.
    package static func candidates(environment: [String: String], user: UInt32) -> [String] {
        if let chosen = nonEmpty(environment["STEVE_RUNTIME_DIR"]) { return [chosen] }
        return [system, personal(environment: environment, user: user)]
    }

    /// What to say of a socket whose path is too long (unix(7)).
    package static let tooLong =
        "a socket's path has 107 bytes at most (name another directory in STEVE_RUNTIME_DIR)"

    /// The control socket of a device in one of these directories.
    package static func socket(_ name: DeviceName, in directory: String) -> String {
        directory + "/\(name).sock"
    }

    private static func personal(environment: [String: String], user: UInt32) -> String {
        guard let session = nonEmpty(environment["XDG_RUNTIME_DIR"]) else { return "/tmp/steve-\(user)" }
        return session + "/steve"
    }

    private static func nonEmpty(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return text
    }
}
