import Glibc
import Linux
import SystemPackage
import TestKit
import Testing

@testable import Wire

/// `stevectl upgrade` twenty times in the middle of a build, while others look on, wait and limit.
@Suite(.serialized) struct UpgradeToolTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    private func ctl(_ words: [String]) throws -> [String] {
        [try Workshop.program("stevectl"), words[0], "--device", shop.device] + words.dropFirst()
    }

    /// How many tokens of processes a trace tells of.
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
        // The last job ends when all has been upgraded.
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
        // The trace is of the time behind the last upgrade, too.
        try ProcessDescriptor(tracer.pid).signal(SIGINT)
        let traced = try shop.wait(tracer)
        #expect(traced.end == .exited(0), "\(traced.errors)")
        #expect(!traced.errors.contains("ends here"), "\(traced.errors)")
        let past = try shop.run(ctl(["trace", "--last", "10m", "-o", shop.folder.path("past.json")]))
        #expect(past.end == .exited(0), "\(past.errors)")
        if backend == "fuse" {
            #expect(try slices("past.json") >= 24)
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
}
