internal import Linux
internal import TestKit
internal import Testing

@testable import Wire

@Suite(.serialized) struct StevectlTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func withoutADaemonItEndsWith69() throws {
        let outcome = try shop.run([Workshop.program("stevectl"), "status", "--device", shop.device])
        #expect(outcome.end == .exited(69))
        #expect(outcome.errors.hasPrefix("stevectl: no steve serves /dev/\(shop.device) (looked for "))
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [["status", "--device", "a b"], ["bogus"], ["status", "--bogus"], ["top", "x"]])
    func usageIsOneLineAnd64(words: [String]) throws {
        let outcome = try shop.run([Workshop.program("stevectl")] + words)
        #expect(outcome.end == .exited(64))
        #expect(outcome.errors.hasPrefix("stevectl: "))
        #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    }

    @Test func theTableAndTheJSONTellOfAWrappedCommand() throws {
        let stevectl = try Workshop.program("stevectl")
        let script = "\(stevectl) status; \(stevectl) status --json"
        let outcome = try shop.wrap(
            ["--jobs", "4"],
            ["sh", "-c", script],
            environment: ["STEVE_DEV_NAME": shop.device]
        )
        #expect(outcome.output.hasPrefix("device /dev/\(shop.device) (fifo), steve \(Version.number), up "))
        #expect(outcome.output.contains("\ntokens limit 4, free 3, held 1, "))
        let json = try #require(outcome.output.split(separator: "\n").last)
        let report = try ControlCoding.message(StatusReport.self, from: Array(json.utf8))
        #expect(report.users.map(\.slot) == [true])
        #expect(!report.holdersKnown)
    }

    @Test(arguments: ["with-steve", "steve"])
    func everySettingIsAnOption(program: String) throws {
        let help = try shop.run([Workshop.program(program), "--help"]).output
        for setting in Setting.all { #expect(help.contains("--\(setting.name) "), "\(setting.name)") }
    }

    @Test func versionsAreTold() throws {
        for name in ["stevectl", "with-steve", "steve"] {
            #expect(
                try shop.run([Workshop.program(name), "--version"]).output == "\(name) \(Version.number)\n"
            )
        }
    }
}
