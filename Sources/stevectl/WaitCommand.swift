internal import ArgumentParser
internal import SteveClient
internal import Wire

/// `stevectl wait`: returns when the daemon says that the condition holds.
struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until tokens are free, or until none is held.",
        discussion: "Exit status 1 when that takes longer than --timeout."
    )

    @OptionGroup
    var daemon: DaemonOption

    @Option(parsing: .unconditional, help: ArgumentHelp("Until so many tokens are free.", valueName: "n"))
    var free: Int?

    @Flag(help: "Until no token is held.")
    var idle = false

    @Option(parsing: .unconditional, help: ArgumentHelp("At most so long.", valueName: "seconds"))
    var timeout: Double?

    func validate() throws {
        guard free != nil || idle else { throw ValidationError("say what to wait for: --free N or --idle") }
        if let free, free < 1 { throw ValidationError("--free: \(free) is not a whole number from 1") }
        if let timeout, !(timeout >= 0) {
            throw ValidationError("--timeout: \(timeout) is not a number of seconds")
        }
    }

    func run() throws {
        let condition = WaitCondition(free: free, idle: idle)
        let isSo = try daemon.ask { (connection) throws(ControlFailure) in
            // Otherwise the command would wait without a word, and for ever if nobody raises the limit.
            if let free {
                let limit = try connection.status().limit
                if free > limit { say("there are only \(limit) tokens: this waits for a higher limit") }
            }
            return try connection.wait(until: condition, seconds: timeout)
        }
        guard !isSo else { return }
        let time = timeout.map { Int(exactly: $0).map(String.init) ?? "\($0)" }
        say("it did not come to that in \(time ?? "") s")
        throw ExitCode.failure
    }
}
