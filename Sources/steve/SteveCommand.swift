internal import ArgumentParser
internal import Linux
internal import Options
internal import SteveDaemon
internal import Wire

/// The daemon's command line.
///
/// Every option that is also a setting is kept as text: `Wire` knows its range.
@main
struct SteveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steve",
        abstract: "Hand out job tokens to every build on this machine, through /dev/steve.",
        discussion: """
            Clients are all programs that read MAKEFLAGS: MAKEFLAGS="--jobserver-auth=fifo:/dev/steve". An option \
            beats the environment variable STEVE_OPTION, that beats /etc/conf.d/steve, that beats the default. \
            See steve(8).
            """
    )

    @OptionGroup(title: "Settings")
    var settings: SettingOptions

    @OptionGroup(title: "Running")
    var running: RunningOptions

    static func main() {
        // Otherwise the first files that it opens, the ledger among them, would get the numbers to which it
        // logs.
        openStandardDescriptors()
        runSayingErrorsInOneLine()
    }

    func validate() throws {
        try settings.check()
        do {
            _ = try running.configuration(settings.assignments)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        guard !running.version else { return try StandardOutput.write("steve \(Version.number)\n") }
        if let number = running.checkLedger {
            let goesOn = try Keeper.canGoOn(number, try running.configuration(settings.assignments))
            throw goesOn ? ExitCode(Keeper.goesOn) : .failure
        }
        // What is wrong with the settings has been said by validate().
        guard !running.checkConfig else { return }
        try Keeper.run(try running.configuration(settings.assignments))
    }
}
