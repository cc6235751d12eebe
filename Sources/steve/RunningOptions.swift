internal import ArgumentParser
internal import Options
internal import SteveDaemon
internal import Wire

/// How the daemon lives, ends and talks.
struct RunningOptions: ParsableArguments {
    @Option(help: "Read settings from FILE (default: /etc/conf.d/steve, where it exists).")
    var config: String?

    @Flag(help: "Say what is wrong with the settings, and do nothing else.")
    var checkConfig = false

    @Option(help: "At the end, let clients finish for SECONDS before they are turned away (default: 0).")
    var drain: String?

    @Option(help: "With --end-with-users: stay for SECONDS after the last one (default: 0).")
    var linger: String?

    @Flag(help: "End when the last process that with-steve registered has ended.")
    var endWithUsers = false

    @Option(help: "Write a newline to descriptor N when the device answers.")
    var readyFd: Int32?

    @Flag(name: [.customShort("V"), .customLong("version")], help: "Show the version.")
    var version = false

    @Flag(name: .shortAndLong, help: "Log what happens to tokens.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Log every request.")
    var debug = false

    var assignments: [SettingAssignment] {
        [
            .option("drain", drain),
            .option("linger", linger),
            .option("verbose", verbose ? "yes" : nil),
            .option("debug", debug ? "yes" : nil),
        ].compactMap(\.self)
    }

    /// Puts options, environment and settings file together.
    func configuration(_ options: [SettingAssignment]) throws(ConfigurationError) -> Configuration {
        let reader = SettingsReader(path: config, options: options)
        var configuration = Configuration(
            settings: try reader.read(),
            environment: reader.environment,
            reload: reader.read
        )
        configuration.endsWithUsers = endWithUsers
        configuration.readyDescriptor = readyFd
        return configuration
    }
}
