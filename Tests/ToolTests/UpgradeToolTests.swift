import Glibc
import Linux
import SystemPackage
import TestKit
import Testing

@testable import Wire

/// `stevectl upgrade` twenty times in the middle of a build, while other commands watch, wait and limit.
@Suite(.serialized) struct UpgradeToolTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    private func ctl(_ words: [String]) throws -> [String] {
        [try Workshop.program("stevectl"), words[0], "--device", shop.device] + words.dropFirst()
    }

    /// How many slices of processes a trace has.
    private func slices(_ file: String) throws -> Int {
        try shop.read(file).split(separator: #""cat":"token""#).count - 1
    }

    @Test(.needsMake, .needs("tmux"), arguments: RunningSteve.backends)
    func twentyInTheMiddleOfABuildAreUnnoticed(_ backend: String) throws {
        let daemon = try shop.start([
            Workshop.program("steve"), "--dev-name", shop.device, "--backend", backend, "--jobs", "4",
        ])
        #expect(try shop.eventually { try shop.status() != nil })
        let limiter = try shop.start(ctl(["limit", "--jobs", "3", "--", "sleep", "600"]))
        #expect(try shop.eventually { try shop.status()?.limit == 3 })
        let top = try ctl(["top"]).joined(separator: " ")
        let screen = try TmuxScreen(shop, width: 70, height: 14, [top, "echo ended $?", "read -r _"])
        let targets = (0..<24).map { "t\($0)" }.joined(separator: " ")
        let line = "\t@echo x >> '\(shop.folder.path("done"))'; sleep 0.3\n"
        // The last job ends after the last upgrade.
        try shop.folder.write(
            "all: \(targets) last\n\(targets):\n\(line)last:\n\t@until test -e '\(shop.folder.path("go"))'; do sleep 0.1; done\n",
            to: "Makefile"
        )
        let wrapper = [try Workshop.program("with-steve"), "--dev-name", shop.device, "--"]
        let build = try shop.start(wrapper + ["make", "-f", shop.folder.path("Makefile")])
        #expect(try shop.eventually { try shop.status()?.held ?? 0 > 1 })
        let waiter = try shop.start(ctl(["wait", "--idle"]))
        let tracer = try shop.start(ctl(["trace", "-o", shop.folder.path("trace.json")]))
        #expect(shop.eventually { (try? shop.read("\(tracer.label).err"))?.contains("tracing") == true })
        for number in 1...20 {
            let outcome = try shop.run(ctl(["upgrade"]))
            #expect(outcome.end == .exited(0), "\(number): \(outcome.errors)")
        }
        let status = try #require(try shop.status())
        #expect(status.takeovers?.count == 20)
        #expect(status.limits.map(\.values) == [["jobs": "3"]])
        #expect(status.limit == 3)
        #expect(try screen.shows { $0.contains(" of 3, ") })
        try shop.folder.write("", to: "go")
        let outcome = try shop.wait(build)
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        // The live trace reaches beyond the last upgrade, too.
        try ProcessDescriptor(tracer.pid).signal(SIGINT)
        let traced = try shop.wait(tracer)
        #expect(traced.end == .exited(0), "\(traced.errors)")
        #expect(!traced.errors.contains("ends here"), "\(traced.errors)")
        let past = try shop.run(ctl(["trace", "--last", "10m", "-o", shop.folder.path("past.json")]))
        #expect(past.end == .exited(0), "\(past.errors)")
        if backend == "fuse" {
            // The job in make's own slot, one of three, takes no token.
            #expect(try slices("past.json") > 8)
            #expect(try slices("trace.json") > 0)
        }
        #expect(try shop.read("done").count { $0 == "x" } == 24)
        #expect(try shop.wait(waiter).end == .exited(0))
        try screen.press("q")
        #expect(try screen.shows { $0 == "ended 0" })
        try ProcessDescriptor(limiter.pid).signal(SIGTERM)
        _ = try shop.wait(limiter)
        try ProcessDescriptor(daemon.pid).signal(SIGTERM)
        #expect(try shop.wait(daemon).end == .exited(0))
    }

    /// Writes a copy of the built steve whose ledger has another layout.
    private func writeStranger(to name: String) throws {
        // The bytes of `Layout.version` as they stand in the program's code.
        let change = #"s/.\x00\x00\x65\x76\x65\x74\x73/\x99\x00\x00\x65\x76\x65\x74\x73/gs or exit 1; print"#
        let script = #"perl -0777 -ne "$0" < "$1" > "$2.new" && chmod 755 "$2.new" && mv "$2.new" "$2""#
        let words = ["sh", "-c", script, change, try Workshop.program("steve"), shop.folder.path(name)]
        #expect(try shop.run(words).end == .exited(0), "no layout of that version in the program")
    }

    @Test(.needsMake, arguments: RunningSteve.backends)
    func programOfAnotherLayoutIsRefusedInTheMiddleOfABuild(_ backend: String) throws {
        let program = shop.folder.path("program")
        #expect(try shop.run(["cp", Workshop.program("steve"), program]).end == .exited(0))
        let options = ["--dev-name", shop.device, "--backend", backend, "--jobs", "4"]
        let daemon = try shop.start([program] + options)
        #expect(try shop.eventually { try shop.status() != nil })
        let targets = (0..<12).map { "t\($0)" }.joined(separator: " ")
        try shop.folder.write(
            "all: \(targets)\n\(targets):\n\t@echo x >> '\(shop.folder.path("done"))'; until test -e '\(shop.folder.path("go"))'; do sleep 0.1; done\n",
            to: "Makefile"
        )
        let wrapper = [try Workshop.program("with-steve"), "--dev-name", shop.device, "--"]
        let build = try shop.start(wrapper + ["make", "-f", shop.folder.path("Makefile")])
        #expect(try shop.eventually { try shop.status()?.held == 4 })
        let server = shop.server
        try writeStranger(to: "program")
        try ProcessDescriptor(daemon.pid).signal(SIGUSR2)
        let refusal = "no upgrade: asked whether it can go on, \(program) ended with 1"
        #expect(try shop.eventually { try shop.read("\(daemon.label).err").contains(refusal) })
        #expect(shop.server == server)
        #expect(try shop.status()?.takeovers == nil)
        try shop.folder.write("", to: "go")
        let outcome = try shop.wait(build)
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        #expect(try shop.read("done").count { $0 == "x" } == 12)
        // The refused attempt leaves nothing behind: a program that knows the ledger goes on as soon as it is
        // there.
        #expect(
            try shop.run(["cp", "-f", "--remove-destination", Workshop.program("steve"), program]).end
                == .exited(0)
        )
        #expect(try shop.run(ctl(["upgrade"])).end == .exited(0))
        try ProcessDescriptor(daemon.pid).signal(SIGTERM)
        #expect(try shop.wait(daemon).end == .exited(0))
    }

    @Test(arguments: RunningSteve.backends)
    func programThatLiesEndsTheKeeperAndIsCalledThat(_ backend: String) throws {
        let program = shop.folder.path("program")
        #expect(try shop.run(["cp", Workshop.program("steve"), program]).end == .exited(0))
        let options = ["--dev-name", shop.device, "--backend", backend, "--jobs", "4"]
        let daemon = try shop.start([program] + options)
        #expect(try shop.eventually { try shop.status() != nil })
        try removeFile(program)
        try shop.folder.write("#!/bin/sh\ncase $* in *check-ledger*) exit 115;; esac\n", to: "program")
        #expect(try shop.run(["chmod", "755", program]).end == .exited(0))
        let outcome = try shop.run(ctl(["upgrade"]))
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("serves on without a keeper"), "\(outcome.errors)")
        _ = try shop.wait(daemon)
        let next = try shop.start([Workshop.program("steve")] + options)
        #expect(shop.eventually { shop.daemon == next.pid })
        try ProcessDescriptor(next.pid).signal(SIGTERM)
        #expect(try shop.wait(next).end == .exited(0))
    }

    /// A server that somebody kills makes way for another one of the same program.
    @Test(arguments: RunningSteve.backends)
    func serverThatIsKilledMeanwhileIsNoUpgrade(_ backend: String) throws {
        let program = shop.folder.path("program")
        #expect(try shop.run(["cp", Workshop.program("steve"), program]).end == .exited(0))
        let options = ["--dev-name", shop.device, "--backend", backend, "--jobs", "4"]
        let daemon = try shop.start([program] + options)
        #expect(try shop.eventually { try shop.status() != nil })
        try removeFile(program)
        let server = try #require(shop.server)
        try shop.folder.write("#!/bin/sh\nkill -KILL \(server)\nexit 3\n", to: "program")
        #expect(try shop.run(["chmod", "755", program]).end == .exited(0))
        let outcome = try shop.run(ctl(["upgrade"]))
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("the server was killed by signal 9"), "\(outcome.errors)")
        #expect(try shop.status()?.takeovers?.count == 1)
        try ProcessDescriptor(daemon.pid).signal(SIGTERM)
        #expect(try shop.wait(daemon).end == .exited(0))
    }

    /// By then another process may have its number.
    @Test(arguments: RunningSteve.backends)
    func keeperThatIsNoMoreIsNotSignalled(_ backend: String) throws {
        let options = ["--dev-name", shop.device, "--backend", backend, "--jobs", "4"]
        let daemon = try shop.start([Workshop.program("steve")] + options)
        #expect(try shop.eventually { try shop.status() != nil })
        let server = try #require(shop.server)
        try ProcessDescriptor(daemon.pid).signal(SIGKILL)
        _ = try shop.wait(daemon)
        let outcome = try shop.run(ctl(["upgrade"]))
        #expect(outcome.end == .exited(1))
        #expect(
            outcome.errors.contains("the daemon's keeper, PID \(daemon.pid), was killed"),
            "\(outcome.errors)"
        )
        #expect(try shop.status() != nil)
        let next = try shop.start([Workshop.program("steve")] + options)
        #expect(shop.eventually { shop.daemon == next.pid })
        try ProcessDescriptor(next.pid).signal(SIGTERM)
        #expect(try shop.wait(next).end == .exited(0))
        #expect((try? ProcFS.stat(of: server))?.state ?? "Z" == "Z")
    }
}
