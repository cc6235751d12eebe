internal import ArgumentParser
internal import Linux
internal import SteveClient
internal import SystemPackage
internal import Wire

/// `stevectl top`: what `status` says, all the time.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show the status on the whole screen, twice a second.",
        discussion: """
            Keys: q ends it; s sorts builds by tokens, by the time they wait, by name; / filters them by a part of \
            their name; v lists their processes; + and - change the limit by one, where you may.
            """
    )

    @OptionGroup
    var daemon: DaemonOption

    func run() throws {
        let isDumb = Environment.current["TERM"] == "dumb"
        guard !isDumb, Terminal.size(of: 0) != nil, Terminal.size(of: 1) != nil else {
            say("top needs a terminal: use status")
            throw ExitCode.failure
        }
        let status = try daemon.ask { (connection) throws(ControlFailure) in
            let display: TopDisplay
            do throws(Errno) {
                display = try TopDisplay(inColour: wantsColour(Environment.current))
            } catch {
                throw .refused("cannot use the terminal: \(error)")
            }
            return try display.run(&connection)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
