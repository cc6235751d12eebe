internal import ArgumentParser
internal import Linux
internal import Options
internal import Reports
internal import SteveClient
internal import Wire

/// `stevectl doctor`: what is wrong with this machine, and how to mend it.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the kernel, the device, the clients and the settings.",
        discussion: "Ends with 1 when something is broken; a note is no more than a hint."
    )

    @OptionGroup
    var daemon: DaemonOption

    @Flag(help: "Print one JSON object: findings, each with check, state, text and remedy.")
    var json = false

    func run() throws {
        let environment = Environment.current
        let survey = MachineSurvey(environment: environment, device: try daemon.name(in: environment))
        let report = DoctorReport(Doctor(survey.facts()).findings)
        try json ? StandardOutput.write(line: report) : StandardOutput.write(report.text)
        if report.broken { throw ExitCode.failure }
    }
}
