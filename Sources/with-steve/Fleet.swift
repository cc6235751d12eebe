internal import ArgumentParser
internal import Linux
internal import Options
internal import SteveClient
internal import Wire

/// The pool of compiles that other machines may do for this one at once: a second daemon (see steve-cc(1)).
struct Fleet: ~Copyable {
    private let membership: Membership

    private static let name = "fleet"

    /// Joins the fleet's daemon, or starts one with `jobs` tokens.
    ///
    /// No rule of this machine applies to it, because its jobs run elsewhere.
    init(
        jobs: Int,
        beside own: SettingOptions,
        _ environment: [String: String],
        log: String?
    ) throws(LaunchFailure) {
        let shared = ["backend", "user", "group", "mode"]
        let off = ["reserve", "load-average", "min-memory-avail", "max-pressure", "ramp"]
        let assignments =
            [("dev-name", Self.name), ("jobs", "\(jobs)")].map { SettingAssignment($0, $1, from: .option) }
            + off.map { SettingAssignment($0, "0", from: .option) }
            + own.assignments.filter { shared.contains($0.setting) }
        membership = try Membership(assignments, environment, log: log, wantsSlot: false)
    }

    /// What a command needs beside MAKEFLAGS: the pool's path, and the compilers' stand-ins in front of PATH.
    var changes: [String: [UInt8]?] {
        var changes: [String: [UInt8]?] = ["STEVE_FLEET": Array(membership.connection.path.utf8)]
        if let links = Self.links {
            let path = Environment.values["PATH"] ?? Array("/usr/bin:/bin".utf8)
            changes["PATH"] = Array("\(links):".utf8) + path
        }
        return changes
    }

    /// What keeps compiles here all the same, a sentence each.
    func warnings(ownBackend: Backend, _ environment: [String: String]) -> [String] {
        var warnings: [String] = []
        if ownBackend == .fifo || membership.connection.backend == .fifo {
            warnings.append(
                "a named pipe cannot take back what is lent: nothing is compiled elsewhere (see --backend)"
            )
        }
        if Self.links == nil {
            warnings.append(
                "there is no ../lib/steve/ask beside this program: say CC=\"steve-cc gcc\" (see steve-cc(1))"
            )
        }
        let hosts = environment["DISTCC_HOSTS"]?.split(separator: " ") ?? []
        if hosts.contains(where: { $0.hasPrefix("localhost") && !$0.hasPrefix("localhost:") }) {
            warnings.append(
                "DISTCC_HOSTS names localhost: leave it out, what is compiled here needs no distcc"
            )
        }
        return warnings
    }

    /// The folder that `make install` makes: links named as compilers are.
    private static var links: String? {
        let parts = (try? linkTarget("/proc/self/exe"))?.split(separator: "/") ?? []
        let folder = parts.dropLast(2).map { "/\($0)" }.joined() + "/lib/steve/ask"
        return (try? FileStatus(ofPath: folder, following: true))?.kind == .directory ? folder : nil
    }
}
