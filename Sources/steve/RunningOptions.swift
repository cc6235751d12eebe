internal import ArgumentParser
internal import SteveDaemon
internal import Wire

/// How the daemon lives, ends and talks.
struct RunningOptions: ParsableArguments {
    @Option(
        help: "Read settings from FILE (default: /etc/conf.d/steve, where it exists).",
        completion: .file()
    )
    var config: String?

    @Flag(help: "Say what is wrong with the settings, and do nothing else.")
    var checkConfig = false

    @Flag(help: "End when the last process that with-steve registered has ended.")
    var endWithUsers = false

    @Option(help: "Write a newline to descriptor N when the device answers.")
    var readyFd: Int32?

    /// A keeper asks a program before it becomes that.
    @Option(help: .hidden)
    var checkLedger: Int32?

    @Flag(name: [.customShort("V"), .customLong("version")], help: "Show the version.")
    var version = false

    /// Puts options, environment and settings file together.
    func configuration(_ options: [SettingAssignment]) throws(ConfigurationError) -> Configuration {
        let reader = SettingsReader(path: config, options: options)
        var configuration = Configuration(
            settings: try reader.read(),
            environment: reader.environment,
            reload: reader.read
        )
        configuration.endsWithUsers = endWithUsers
        configuration.folders = reader.folders
        configuration.readyDescriptor = readyFd
        return configuration
    }
}
