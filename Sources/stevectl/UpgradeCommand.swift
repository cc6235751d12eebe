internal import ArgumentParser
internal import Glibc
internal import Linux
internal import SteveClient
internal import Wire

/// `stevectl upgrade`: from now on the program that is at the daemon's path serves, and builds go on.
struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Put the steve that is installed now into service; builds go on.",
        discussion:
            "Only root, or the user who started the daemon, can. A program that cannot go on changes nothing."
    )

    @OptionGroup
    var daemon: DaemonOption

    func run() throws {
        try daemon.ask { (connection) throws(ControlFailure) in
            let before = try connection.status().takeovers?.count ?? 0
            let pid = connection.daemon
            // Held from here on: it may be killed at any time, and its number be another's.
            guard !connection.hasLostItsKeeper, let keeper = try? connection.daemonProcess() else {
                throw .refused(
                    "the daemon's keeper, PID \(pid), was killed: start steve again (rc-service steve start), and "
                        + "the program that is installed now keeps what is there"
                )
            }
            // An older daemon would end of the signal.
            let children = (try? readWhole("/proc/\(pid)/task/\(pid)/children", limit: 4096)) ?? []
            guard children.contains(UInt8(ascii: " ")) else {
                throw .refused("the daemon, PID \(pid), cannot be upgraded while it runs: restart it")
            }
            guard (try? keeper.signal(SIGUSR2)) != nil else {
                throw .refused("only root, or the user who started it, can upgrade the daemon, PID \(pid)")
            }
            for _ in 0..<Self.looks {
                usleep(100_000)
                let takeovers = try connection.status().takeovers
                let count = takeovers?.count ?? 0
                if count <= before, keeper.hasEnded {
                    throw .refused(
                        "the program at the daemon's path said that it could go on, and ended instead: the server "
                            + "serves on without a keeper; put a steve there that works, and start it (rc-service steve start)"
                    )
                }
                // Others end servers, too: one that crashes as soon as it serves, for one.
                guard count > before, takeovers?.reason == StatusReport.Takeovers.upgrade else { continue }
                return say("steve \(connection.version) serves now")
            }
            let last = try connection.status().takeovers
            guard let last, last.count > before else {
                throw .refused("the daemon goes on as it was; its log says why")
            }
            throw .refused(
                "the server \(last.reason), and another one took over: the daemon's log says which program that is"
            )
        }
    }

    /// Ten seconds of them.
    private static let looks = 100
}
