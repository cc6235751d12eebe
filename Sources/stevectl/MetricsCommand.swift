internal import ArgumentParser
internal import Options
internal import Reports
internal import SteveClient
internal import Wire

/// `stevectl metrics`: the daemon's figures for Prometheus.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print the daemon's figures in Prometheus' text format."
    )

    @OptionGroup
    var daemon: DaemonOption

    func run() throws {
        let report = try daemon.ask { (connection) throws(ControlFailure) in try connection.status() }
        try StandardOutput.write(MetricsText(report).text)
    }
}
