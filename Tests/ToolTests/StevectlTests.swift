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

    @Test func aCommandThatThereIsNotIsToldWithThoseThatThereAre() throws {
        let outcome = try shop.run([Workshop.program("stevectl"), "stat\u{1B}[2Jsu"])
        #expect(outcome.end == .exited(64))
        let commands = "status, set, limit, run, wait, top, trace, metrics, sizes, doctor, upgrade"
        let sentence = "there is no command 'stat?[2Jsu', only \(commands) (see stevectl --help)"
        #expect(outcome.errors == "stevectl: \(sentence)\n")
    }

    @Test(arguments: [
        ["wait"], ["wait", "--fre", "1"], ["wait", "--free"], ["wait", "--free", "x"], ["trace"], ["set"],
        ["run"], ["limit", "true"],
    ])
    func theHelpOfTheCommandIsNamed(words: [String]) throws {
        let outcome = try shop.run([Workshop.program("stevectl")] + words)
        #expect(outcome.end == .exited(64))
        #expect(outcome.errors.hasSuffix(" (see stevectl \(words[0]) --help)\n"), "\(outcome.errors)")
    }

    @Test(arguments: ["status", "set", "limit", "run", "wait", "top", "trace", "metrics", "sizes", "doctor"])
    func everyCommandHasItsHelpAndTheVersion(command: String) throws {
        let stevectl = try Workshop.program("stevectl")
        let help = try shop.run([stevectl, command, "--help"])
        #expect(help.end == .exited(0))
        #expect(help.output.contains("USAGE: stevectl \(command) "))
        let version = try shop.run([stevectl, command, "--version"])
        #expect(version.output == "stevectl \(Version.number)\n", "\(version.errors)")
    }

    @Test(arguments: [
        ["stevectl", "run", "--device", "a b", "make", "--help"],
        ["stevectl", "limit", "--jobs", "x", "make", "--version"],
        ["stevectl", "limit", "make", "-h"],
        ["with-steve", "--jobs", "0", "make", "--help"],
        ["with-steve", "--jobs", "0", "make", "--version"],
    ])
    func aMistakeIsNotAnsweredByTheHelpThatTheCommandIsAskedFor(words: [String]) throws {
        let outcome = try shop.run([Workshop.program(words[0])] + words.dropFirst())
        #expect(outcome.end == .exited(64))
        #expect(outcome.output.isEmpty)
    }

    @Test func aDeviceIsNamedByItsPathToo() throws {
        let steve = try RunningSteve("fifo")
        let stevectl = try Workshop.program("stevectl")
        let path = "/dev/\(steve.shop.device)"
        for words in [
            ["status", "--device", path], ["status", "--dev-name=\(path)"], ["--device", path, "status"],
            ["--device=\(path)", "wait", "--idle"], ["--dev-name", steve.shop.device, "run", "true"],
        ] {
            let outcome = try steve.shop.run([stevectl] + words)
            #expect(outcome.end == .exited(0), "\(words): \(outcome.errors)")
        }
        try steve.end()
        for bad in ["/dev/", "/dev/a/b", "/run/steve", String(repeating: "x", count: 65)] {
            let outcome = try shop.run([stevectl, "status", "--device", bad])
            #expect(outcome.end == .exited(64))
            #expect(
                outcome.errors.hasPrefix("stevectl: --device: \"\(bad)\" is not a name of 1 to 64 letters")
            )
        }
    }

    @Test(arguments: ["stevectl", "with-steve", "steve"])
    func completionsAreForTheShellThatIsNamed(program: String) throws {
        let words = [try Workshop.program(program), "--generate-completion-script", "zsh"]
        #expect(try shop.run(words).output.hasPrefix("#compdef \(program)\n"))
    }

    @Test func aDeviceAloneIsNoCommand() throws {
        let stevectl = try Workshop.program("stevectl")
        let outcome = try shop.run([stevectl, "--device", "x", "statsu"])
        #expect(outcome.errors.hasPrefix("stevectl: there is no command 'statsu'"))
        #expect(try shop.run([stevectl, "--device", "x"]).end == .exited(64))
    }

    @Test func whatCannotBeWrittenOutIsNoSuccess() throws {
        let steve = try RunningSteve("fifo")
        let stevectl = try Workshop.program("stevectl")
        for command in ["status", "status --json", "metrics", "set --json jobs=4", "doctor"] {
            let line = "\(stevectl) \(command) --device \(steve.shop.device) > /dev/full"
            let outcome = try steve.shop.run(["sh", "-c", line])
            #expect(outcome.end == .exited(1), "\(command)")
            let sentence = "stevectl: cannot write to the standard output: No space left on device\n"
            #expect(outcome.errors == sentence, "\(command)")
        }
        let line = "exec \(try Workshop.program("with-steve")) --print-environment > /dev/full"
        let outcome = try steve.shop.run(
            ["sh", "-c", line],
            environment: ["STEVE_DEV_NAME": steve.shop.device]
        )
        #expect(outcome.end == .exited(125))
        try steve.end()
    }

    @Test func theTableAndTheJSONTellOfAWrappedCommand() throws {
        let stevectl = try Workshop.program("stevectl")
        let script = "\(stevectl) status; \(stevectl) status --json"
        let outcome = try shop.wrap(
            ["--jobs", "4"],
            ["sh", "-c", script],
            environment: ["STEVE_DEV_NAME": shop.device]
        )
        #expect(outcome.output.hasPrefix("device \(shop.path) (fifo), steve \(Version.number), up "))
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
