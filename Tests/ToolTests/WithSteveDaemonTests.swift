internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Wire

/// The daemon under with-steve: how it is found or started, shared, charged and ended.
@Suite(.serialized) struct WithSteveDaemonTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    /// A command that runs until `release` is called.
    private var untilReleased: [String] {
        ["sh", "-c", "until test -e '\(shop.folder.path("go"))'; do sleep 0.05; done"]
    }

    private func release() throws {
        try shop.folder.write("", to: "go")
    }

    @Test func twentyAtOnceShareOneDaemonThatEndsWithTheLast() throws {
        let log = shop.folder.path("log")
        let options = ["--jobs", "20", "--log", log]
        let running = try (0..<20).map { _ in try shop.start(shop.wrapped(options, untilReleased)) }
        #expect(try shop.eventually { try shop.status()?.users.count == 20 })
        #expect(try shop.status()?.users.allSatisfy(\.slot) == true)
        try release()
        for wrapper in running { #expect(try shop.wait(wrapper).end == .exited(0)) }
        #expect(try shop.read("log").split(separator: "\n").count { $0.contains("serving") } == 1)
        #expect(shop.eventually { shop.isQuiet })
    }

    /// The daemon looks at the build while with-steve is its only process; with-steve then goes on as the
    /// command's parent.
    @Test func aBuildIsCalledByTheCommandAndWeighedByThatName() throws {
        let log = shop.folder.path("log")
        let options = ["--summary", "--log", log, "--weight", "with-steve*=3", "--weight", "sh*=2"]
        let steve = try shop.wrapped(options, ["sh", "-c", "true"])
        let outcome = try shop.run(["setsid", "-w"] + steve)
        #expect(outcome.end == .exited(0), "\(outcome)")
        #expect(shop.eventually { shop.isQuiet })
        let lines = try shop.read("log").split(separator: "\n").filter { $0.contains("was of no use") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("'with-steve*'") == true)
    }

    /// In that case nobody can learn how the process ended that starts the daemon.
    @Test func whoIgnoresTheEndsOfChildrenStartsADaemonAllTheSame() throws {
        let ignoring = ["env", "--ignore-signal=CHLD"]
        let outcome = try shop.run(ignoring + shop.wrapped([], ["make", "--version"]))
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        #expect(shop.eventually { shop.isQuiet })
    }

    @Test func aNestedWrapperTakesNoSecondToken() throws {
        let inner = try shop.wrapped([], try shop.wrapped([], ["echo", "deep"]))
        let outcome = try shop.wrap(["--jobs", "1"], inner)
        #expect(outcome.output == "deep\n")
        #expect(outcome.end == .exited(0))
    }

    @Test func aWrapperWaitsForItsTokenAndGetsThatOfOneThatWasKilled() throws {
        let first = try shop.start(shop.wrapped(["--jobs", "1"], ["sleep", "60"]))
        #expect(try shop.eventually { try shop.status()?.users.count == 1 })
        let second = try shop.start(shop.wrapped([], ["echo", "mine"]))
        #expect(try shop.eventually { try shop.status()?.waiters.map(\.kind) == [.slot] })
        #expect(try shop.read("\(second.label).out").isEmpty)
        try ProcessDescriptor(first.pid).signal(9)
        #expect(try shop.wait(second).output == "mine\n")
        _ = try shop.wait(first)
    }

    @Test func theNextWrapperStartsAKeeperWhereThatWasKilled() throws {
        let first = try shop.start(shop.wrapped(["--jobs", "3"], untilReleased))
        #expect(try shop.eventually { try shop.status()?.users.count == 1 })
        let (keeper, server) = (try #require(shop.daemon), try #require(shop.server))
        try ProcessDescriptor(keeper).signal(9)
        #expect(try shop.eventually { try shop.status()?.orphan == Int(server) })
        let second = try shop.start(shop.wrapped(["--jobs", "5"], untilReleased))
        #expect(try shop.eventually { try shop.status()?.users.count == 2 })
        let status = try #require(try shop.status())
        #expect((status.orphan, status.limit, status.held) == (nil, 3, 2))
        #expect(status.takeovers?.reason == "had lost its keeper")
        #expect(shop.daemon != keeper)
        // The new keeper replaces its server as before, and the daemon ends with its users as before.
        try ProcessDescriptor(try #require(shop.server)).signal(9)
        #expect(try shop.eventually { try shop.status()?.takeovers?.count == 2 })
        try release()
        for wrapper in [first, second] { #expect(try shop.wait(wrapper).end == .exited(0)) }
        #expect(shop.eventually { shop.isQuiet })
    }

    @Test func aDaemonOfAServiceManagerIsUsedAndNotEnded() throws {
        let steve = try Workshop.program("steve")
        let daemon = try shop.start([steve, "--dev-name", shop.device, "--backend", "fifo", "--jobs", "3"])
        #expect(try shop.eventually { try shop.status() != nil })
        let outcome = try shop.wrap(["--jobs", "5", "--load-average", "0"], ["echo", "done"])
        #expect(outcome.output == "done\n")
        #expect(outcome.errors == "with-steve: steve runs already, with jobs 3, not 5: it stays so\n")
        #expect(try shop.eventually { try shop.status()?.users.isEmpty == true })
        #expect(try shop.status()?.limit == 3)
        try ProcessDescriptor(daemon.pid).signal(15)
        #expect(try shop.wait(daemon).end == .exited(0))
        #expect(shop.isQuiet)
    }

    @Test(.needsMake) func jobsOfARealMakeNeverExceedTheTokens() throws {
        let recipe = "\t@echo + >> log; sleep 0.2; echo - >> log\n"
        let targets = (0..<9).map { "t\($0)" }.joined(separator: " ")
        try shop.folder.write("all: \(targets)\n\(targets):\n\(recipe)", to: "Makefile")
        let outcome = try shop.wrap(["--jobs", "3"], ["make", "-C", shop.folder.path])
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        var now = 0
        var peak = 0
        for line in try shop.read("log").split(separator: "\n") {
            now += line == "+" ? 1 : -1
            peak = max(peak, now)
        }
        // One of the three jobs runs in make's own slot.
        #expect(peak == 3)
    }

    @Test func theSettingsOfTheEnvironmentReachADaemonThatIsStarted() throws {
        let stevectl = try Workshop.program("stevectl")
        let inner = [stevectl, "status", "--json", "--device", shop.device]
        let outcome = try shop.wrap([], inner, environment: ["STEVE_JOBS": "5"])
        #expect(try ControlCoding.message(StatusReport.self, from: Array(outcome.output.utf8)).limit == 5)
    }
}
