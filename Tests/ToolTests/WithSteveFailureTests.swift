internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Wire

/// The messages and exit statuses of with-steve when it cannot do what it was asked.
@Suite(.serialized) struct WithSteveFailureTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test(arguments: [
        (["--bogus", "true"], "there is no option '--bogus'"),
        (["-j", "0", "true"], "--jobs: \"0\" is not a whole number from 1 to 65536"),
        (["-j", "nan", "true"], "--jobs: "),
        (["--load-average", "nan", "true"], "--load-average: "),
        (["--dev-name", "a/b", "true"], "--dev-name: \"a/b\" is not a name"),
        (["--backend", "pipe", "true"], "--backend: \"pipe\" is not one of auto, cuse, fifo, fuse"),
        (["--jobs"], "Missing value"),
        ([], "there is no command to run"),
        (["--"], "there is no command to run"),
    ])
    func usageIsOneLineAnd64(options: [String], sentence: String) throws {
        let outcome = try shop.run([Workshop.program("with-steve")] + options)
        #expect(outcome.end == .exited(64))
        #expect(outcome.errors.hasPrefix("with-steve: \(sentence)"))
        #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
        #expect(outcome.output.isEmpty)
    }

    @Test func aCommandThatIsMissingIs127AndOneThatCannotRunIs126() throws {
        let missing = try shop.wrap([], ["/nowhere/x"])
        #expect(missing.end == .exited(127))
        #expect(missing.errors.contains("with-steve: cannot run '/nowhere/x': No such file or directory\n"))
        let script = try shop.folder.write("#!/nowhere/sh\n", to: "script")
        try PathHandle(script).setAccess(mode: 0o755)
        let orphan = try shop.wrap([], [script])
        #expect(orphan.end == .exited(126))
        #expect(orphan.errors.hasSuffix("with-steve: cannot run '\(script)': its interpreter is not there\n"))
        #expect(try shop.wrap([], ["/etc/passwd"]).end == .exited(126))
    }

    @Test func aLimitBelowZeroIsNone() throws {
        let outcome = try shop.wrap(["-l", "-1", "-a", "-10", "--ramp", "-0.5"], ["echo", "on"])
        #expect(outcome.output == "on\n", "\(outcome.errors)")
    }

    @Test(
        .enabled(if: geteuid() == 0, "needs root: takes /proc away"),
        arguments: ["with-steve", "stevectl"]
    )
    func withoutProcItSaysSo(program: String) throws {
        let line = "mount -t tmpfs none /proc && exec \(try Workshop.program(program)) run true"
        let outcome = try shop.run(["unshare", "--mount", "sh", "-c", line])
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.hasPrefix("\(program): cannot read /proc/self/cmdline"), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [["-j3", "-l900", "-vd"], ["-j=3", "-m0"], ["-dj", "3"]])
    func valuesMayStickToTheirLetters(options: [String]) throws {
        let status = [try Workshop.program("stevectl"), "status", "--json", "--device", shop.device]
        let outcome = try shop.wrap(options, status)
        let report = try ControlCoding.message(StatusReport.self, from: Array(outcome.output.utf8))
        #expect(report.limit == 3)
    }

    @Test func theWrappersOwnFailureIs125() throws {
        let outcome = try shop.wrap(["--log", "/nowhere/x"], ["true"])
        #expect(outcome.end == .exited(125))
        #expect(outcome.errors == "with-steve: cannot write the log /nowhere/x: No such file or directory\n")
        let words = try shop.wrapped([], ["true"])
        let unusable = try shop.run(words, environment: ["STEVE_RUNTIME_DIR": "/proc/nowhere"])
        #expect(unusable.end == .exited(125))
        #expect(unusable.errors.hasPrefix("with-steve: cannot use the directory /proc/nowhere: "))
    }

    @Test func aDaemonThatDoesNotStartIs125AndSaysWhyInItsLog() throws {
        let log = shop.folder.path("log")
        let environment = ["STEVE_JOBS": "many"]
        let outcome = try shop.wrap(["--log", log], ["true"], environment: environment)
        #expect(outcome.end == .exited(125))
        #expect(outcome.errors.hasSuffix("/steve did not start: see \(log)\n"))
        #expect(try shop.read("log").contains("STEVE_JOBS: \"many\" is not a whole number"))
    }

    @Test func aSocketThatADeadDaemonLeftIsNoObstacle() throws {
        let running = try shop.start(shop.wrapped([], ["sleep", "60"]))
        #expect(try shop.eventually { try shop.status()?.users.count == 1 })
        try shop.killDaemon()
        try ProcessDescriptor(running.pid).signal(9)
        _ = try shop.wait(running)
        #expect(
            shop.eventually {
                (try? UnixStream(connectingTo: shop.folder.path("\(shop.device).sock"))) == nil
            }
        )
        #expect(try shop.wrap([], ["echo", "on"]).output == "on\n")
    }
}
