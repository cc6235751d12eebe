internal import Glibc
internal import Linux
internal import SystemPackage

/// The programs that tests start: those that `scripts/deps` provides, or else the system's.
///
/// A program that a person has installed elsewhere would hide that `scripts/deps` lacks it. Shell scripts
/// find the same programs by `scripts/path`.
package enum Tools {
    /// The value of PATH for everything that a test starts.
    package static let path: String = {
        // Safe: the environment is read and copied here, once.
        let tools = unsafe getenv("STEVE_TOOLS").map { unsafe String(cString: $0) } ?? "/var/tmp/steve-tools"
        return "\(tools)/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    }()

    /// The path of a program; nil if there is none.
    package static func find(_ name: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first {
            (try? FileStatus(ofPath: $0, following: true)) != nil
        }
    }

    /// Why the tests cannot run builds, nil if they can: a make before 4.4 knows no `fifo:` in MAKEFLAGS.
    package static let obstacleToMake: String? = {
        guard let make = find("make") else { return "no make: scripts/deps installs it" }
        guard let folder = try? TemporaryFolder("make") else { return "no temporary folder" }
        let says = "'\(make)' --version | grep -qE '^GNU Make (4\\.([4-9]|[1-9][0-9])|[5-9])'"
        let words = ["/bin/sh", "-c", "cd '\(folder.path)' && \(says)"].map { Array($0.utf8) }
        let end = try? waitForEnd(Program(words: words, environment: [Array("PATH=\(path)".utf8)]).start())
        return end == .exited(0) ? nil : "make older than 4.4: scripts/deps installs a newer one"
    }()
}
