internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Wire

/// What stevectl changes about a running daemon, on each back end.
@Suite(.serialized) struct SteeringTests {
    @Test(arguments: RunningSteve.backends)
    func setSaysWhatWasAndWhatIs(backend: String) throws {
        let steve = try RunningSteve(backend)
        let first = try steve.ctl("set", ["load-average=28.5", "jobs=24"])
        #expect(first.output == "jobs: 4 -> 24\nload-average: 0 -> 28.5\n")
        #expect(try steve.status().limit == 24)
        let json = try steve.ctl("set", ["--json", "jobs=6"]).output
        #expect(json == #"{"new":{"jobs":"6"},"old":{"jobs":"24"}}"# + "\n")
        try steve.end()
    }

    @Test(arguments: RunningSteve.backends)
    func setChangesAllOrNone(backend: String) throws {
        let steve = try RunningSteve(backend)
        for (bad, why) in [("ramp=x", "ramp: "), ("dev-name=y", "restart it"), ("tempo=1", "no setting")] {
            let outcome = try steve.ctl("set", ["jobs=7", bad])
            #expect(outcome.end == .exited(1))
            #expect(outcome.errors.contains(why), "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
        #expect(try steve.status().limit == 4)
        for words in [["jobs"], ["=3"], ["jobs=1", "jobs=2"], []] {
            #expect(try steve.ctl("set", words).end == .exited(64))
        }
        try steve.end()
    }

    @Test(arguments: RunningSteve.backends)
    func aLimitHoldsAsLongAsItsCommand(backend: String) throws {
        let steve = try RunningSteve(backend)
        let status = try steve.words("status", ["--json"])
        let inside = try steve.ctl("limit", ["--jobs", "2", "--load-average", "900", "--"] + status)
        let report = try ControlCoding.message(StatusReport.self, from: Array(inside.output.utf8))
        #expect(report.limit == 2)
        #expect(report.load.limit == 900)
        #expect(report.limits.map(\.values) == [["jobs": "2", "load-average": "900"]])
        #expect(try steve.shop.eventually { try steve.status().limit == 4 })
        #expect(try steve.status().limits.isEmpty)
        try steve.end()
    }

    @Test(arguments: RunningSteve.backends)
    func aLimitGoesWithACommandThatIsKilledAndASetGoesOnBelow(backend: String) throws {
        let steve = try RunningSteve(backend)
        let running = try steve.shop.start(steve.words("limit", ["-j2", "sleep", "60"]))
        #expect(try steve.shop.eventually { try steve.status().limit == 2 })
        #expect(try steve.ctl("status").output.contains("\nlimit  jobs 2 while PID \(running.pid) lives ("))
        #expect(try steve.ctl("set", ["jobs=3"]).output == "jobs: 4 -> 3\n")
        #expect(try steve.status().limit == 2)
        try ProcessDescriptor(running.pid).signal(SIGKILL)
        #expect(try steve.shop.wait(running).end == .killed(signal: SIGKILL))
        #expect(try steve.shop.eventually { try steve.status().limit == 3 })
        try steve.end()
    }

    @Test(arguments: RunningSteve.backends)
    func aLimitLivesAsLongAsAnotherProcess(backend: String) throws {
        let steve = try RunningSteve(backend)
        let process = try steve.shop.start(steve.untilReleased)
        #expect(try steve.ctl("limit", ["--jobs", "1", "--while-pid", "\(process.pid)"]).end == .exited(0))
        #expect(try steve.status().limit == 1)
        try steve.release()
        _ = try steve.shop.wait(process)
        #expect(try steve.shop.eventually { try steve.status().limit == 4 })
        let gone = try steve.ctl("limit", ["--jobs", "1", "--while-pid", "\(process.pid)"])
        #expect(gone.end == .exited(1))
        #expect(gone.errors == "stevectl: there is no process \(process.pid)\n")
        try steve.end()
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: makes a PID namespace"))
    func aShellInAPIDNamespaceLimitsAsLongAsItLives() throws {
        let steve = try RunningSteve("fifo")
        let limit = try steve.words("limit", ["--jobs", "1", "--while-pid"]).joined(separator: " ")
        let script =
            "\(limit) $$ && \(limit) 4711; until test -e '\(steve.shop.folder.path("go"))'; do sleep 0.02; done"
        let shell = try steve.shop.start(["unshare", "--pid", "--fork", "sh", "-c", script])
        #expect(try steve.shop.eventually { try steve.status().limit == 1 })
        #expect(try steve.status().limits.allSatisfy { $0.pid > 1 && $0.command.hasPrefix("sh -c ") })
        try steve.release()
        let outcome = try steve.shop.wait(shell)
        #expect(outcome.errors.contains("process 4711 of another PID namespace"), "\(outcome.errors)")
        #expect(try steve.shop.eventually { try steve.status().limit == 4 })
        try steve.end()
    }

    @Test(arguments: ["limit", "run"])
    func theExitStatusIsTheCommands(command: String) throws {
        let steve = try RunningSteve("fifo")
        let options = command == "limit" ? ["--jobs", "3"] : []
        let script = try steve.shop.folder.write("", to: "no-program")
        for (words, status) in [
            (["sh", "-c", "exit 7"], 7), (["/no/such/program"], 127), ([script], 126), (["true"], 0),
        ] {
            #expect(
                try steve.ctl(command, options + ["--"] + words).end == .exited(Int32(status)),
                "\(words)"
            )
        }
        try steve.end()
        #expect(try steve.ctl(command, options + ["true"]).end == .exited(125))
        for words in [["--bogus"], ["--"], [], options] {
            #expect(try steve.ctl(command, words).end == .exited(64), "\(words)")
        }
    }

    @Test(arguments: RunningSteve.backends)
    func runHoldsATokenAndTheJobserverIsInItsEnvironment(backend: String) throws {
        let steve = try RunningSteve(backend)
        let status = try steve.words("status", ["--json"]).joined(separator: " ")
        let outcome = try steve.ctl("run", ["sh", "-c", "\(status); echo $MAKEFLAGS"])
        let lines = outcome.output.split(separator: "\n")
        let report = try ControlCoding.message(StatusReport.self, from: Array(try #require(lines.first).utf8))
        #expect(report.held == 1)
        #expect(report.users.map(\.slot) == [true])
        #expect(lines.last == "--jobserver-auth=fifo:\(report.path)")
        #expect(try steve.shop.eventually { try steve.status().held == 0 })
        try steve.end()
    }

    @Test(arguments: RunningSteve.backends)
    func runWaitsForItsToken(backend: String) throws {
        let steve = try RunningSteve(backend, jobs: 1)
        let first = try steve.shop.start(steve.words("run", steve.untilReleased))
        #expect(try steve.shop.eventually { try steve.status().held == 1 })
        let second = try steve.shop.start(steve.words("run", ["echo", "mine"]))
        #expect(try steve.shop.eventually { try steve.status().waiting == 1 })
        #expect(try steve.shop.read("\(second.label).out").isEmpty)
        try steve.release()
        _ = try steve.shop.wait(first)
        #expect(try steve.shop.wait(second).output == "mine\n")
        try steve.end()
    }

    @Test(arguments: RunningSteve.backends)
    func waitReturnsWhenItIsSoAndNotBefore(backend: String) throws {
        let steve = try RunningSteve(backend)
        #expect(try steve.ctl("wait", ["--free", "4", "--idle"]).end == .exited(0))
        let job = try steve.shop.start(steve.words("run", steve.untilReleased))
        #expect(try steve.shop.eventually { try steve.status().held == 1 })
        #expect(try steve.ctl("wait", ["--free", "3"]).end == .exited(0))
        let late = try steve.ctl("wait", ["--idle", "--timeout", "0.2"])
        #expect(late.end == .exited(1))
        #expect(late.errors == "stevectl: it did not come to that in 0.2 s\n")
        let waits = try [["--free", "4"], ["--idle"]].map { try steve.shop.start(steve.words("wait", $0)) }
        usleep(200_000)
        for wait in waits { #expect(try !ProcessDescriptor(wait.pid).hasEnded) }
        try steve.release()
        _ = try steve.shop.wait(job)
        for wait in waits { #expect(try steve.shop.wait(wait).end == .exited(0)) }
        try steve.end()
    }

    @Test(arguments: [
        (["limit", "--reserve", "2", "true"], "there is no option '--reserve'"),
        (["limit", "--jobs", "2"], "there is no command to run, and no --while-pid"),
        (["limit", "--jobs", "2", "--while-pid", "0"], "--while-pid: 0 is no process"),
        (["limit", "--jobs", "2", "--while-pid", "-4"], "--while-pid: -4 is no process"),
        (["wait", "--free", "-1"], "--free: -1 is not a whole number from 1"),
        (["wait", "--idle", "--timeout", "-1"], "--timeout: -1.0 is not a number of seconds"),
        (["wait", "--free", "--idle"], "The value '--idle' is invalid for '--free <n>'"),
        (["set", "tempo"], "\"tempo\" is not NAME=VALUE"),
    ])
    func usageNamesTheMistake(words: [String], sentence: String) throws {
        let shop = try Workshop()
        let outcome = try shop.run([Workshop.program("stevectl")] + words)
        #expect(outcome.end == .exited(64))
        #expect(outcome.errors.hasPrefix("stevectl: \(sentence)"), "\(outcome.errors)")
    }

    @Test func waitIsToldWhenTheDaemonEnds() throws {
        let steve = try RunningSteve("fifo")
        let wait = try steve.shop.start(steve.words("wait", ["--free", "5"]))
        usleep(200_000)
        try steve.end()
        let outcome = try steve.shop.wait(wait)
        #expect(outcome.end == .exited(69))
        #expect(
            outcome.errors.hasPrefix("stevectl: there are only 4 tokens: this waits for a higher limit\n")
        )
        #expect(try steve.ctl("wait").end == .exited(64))
        #expect(try steve.ctl("wait", ["--free", "0"]).end == .exited(64))
    }
}
