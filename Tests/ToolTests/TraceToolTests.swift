internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Reports
@testable import Wire

/// `stevectl trace` of a real build of two packages, compared with the daemon's own counters.
@Suite(.serialized) struct TraceToolTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    private struct File: Decodable {
        struct Event: Decodable {
            struct Arguments: Decodable {
                var end: String?
                var held: Int?
                var free: Int?
                var tokens: Int?
            }
            var ph: String
            var name: String
            var cat: String?
            var pid: Int
            var tid: Int?
            var ts: Int?
            var dur: Int?
            var args: Arguments?
        }
        var traceEvents: [Event]
        var tokens: [Event] { traceEvents.filter { $0.ph == "X" && $0.cat == "token" } }
    }

    private static let canServeFile = getuid() == 0 && (try? openReadWrite("/dev/fuse")) != nil

    private func startDaemon(_ backend: Backend) throws -> Workshop.Running {
        let words = [try Workshop.program("steve"), "--dev-name", shop.device, "--backend", backend.rawValue]
        let daemon = try shop.start(words + ["--jobs", "3"])
        #expect(try shop.eventually { try shop.status() != nil })
        return daemon
    }

    private func startTracing(_ name: String, _ options: [String] = []) throws -> Workshop.Running {
        let output = name == "-" ? name : shop.folder.path(name)
        let words = [try Workshop.program("stevectl"), "trace", "--device", shop.device, "-o", output]
        let tracer = try shop.start(words + options)
        #expect(shop.eventually { (try? shop.read("\(tracer.label).err"))?.contains("tracing") == true })
        return tracer
    }

    private func stop(_ running: Workshop.Running, _ signal: CInt = SIGINT) throws -> Workshop.Outcome {
        #expect(kill(running.pid, signal) == 0)
        return try shop.wait(running)
    }

    /// Builds two packages of six C files each at the same time, each in a session of its own.
    private func buildTwoPackages(through path: String) throws {
        let script = """
            cd '\(shop.folder.path)'
            for package in one two; do
              mkdir $package
              for file in a b c d e f; do echo "int $file(void) { return 1; }" > $package/$file.c; done
              printf 'all: a.o b.o c.o d.o e.o f.o\\n%%.o: %%.c\\n\\tcc -O2 -c $<; sleep 0.1\\n' > $package/Makefile
            done
            setsid -w make -s -C one & setsid -w make -s -C two
            wait $!
            """
        let flags = ["MAKEFLAGS": "--jobserver-auth=fifo:\(path)"]
        let outcome = try shop.run(["sh", "-c", script], environment: flags)
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
    }

    private func json(_ name: String) throws -> File {
        try ControlCoding.message(File.self, from: readWhole(shop.folder.path(name), limit: 1 << 24))
    }

    @Test(.enabled(if: Self.canServeFile, "needs root and /dev/fuse"), .needsMake)
    func aTraceIsWhatTheDaemonCounted() throws {
        let daemon = try startDaemon(.fuse)
        let tracer = try startTracing("trace.json")
        try buildTwoPackages(through: shop.folder.path(shop.device))
        let outcome = try stop(tracer)
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        let status = try #require(try shop.status())
        let file = try json("trace.json")
        let slices = file.tokens
        #expect(slices.count == status.totals.granted)
        #expect(slices.count { $0.args?.end == "returned" } == status.totals.returned)
        #expect(slices.count { $0.args?.end == "reclaimed" } == status.totals.reclaimed)
        // Each make runs one job in its own slot, and more jobs there on a busy machine than on a quiet one.
        #expect(slices.count > 2)
        #expect(Set(slices.map(\.pid)).count == 2)
        #expect(slices.allSatisfy { $0.name.contains("make") && $0.name.contains(" -C ") })
        let counters = file.traceEvents.filter { $0.ph == "C" && $0.name == "tokens" }
        #expect(counters.compactMap { $0.args?.held }.max() == status.statistics.peak)
        #expect(counters.allSatisfy { ($0.args?.held ?? 9) <= 3 && ($0.args?.free ?? -1) >= 0 })
        #expect(counters.last?.args?.held == 0)
        // A trace that is taken afterwards is the same.
        let past = ["trace", "--device", shop.device, "-o", shop.folder.path("past.json"), "--last", "10m"]
        #expect(try shop.run([Workshop.program("stevectl")] + past).end == .exited(0))
        let first = slices.map { $0.ts ?? 0 }.min() ?? 0
        let again = try json("past.json").tokens
        let firstAgain = again.map { $0.ts ?? 0 }.min() ?? 0
        #expect(again.map { ($0.ts ?? 0) - firstAgain } == slices.map { ($0.ts ?? 0) - first })
        #expect(again.map(\.dur) == slices.map(\.dur))
        _ = try stop(daemon, SIGTERM)
    }

    @Test(.needsMake) func onAPipeHowManyAreOutIsKnownAndNotByWhom() throws {
        let daemon = try startDaemon(.fifo)
        let tracer = try startTracing("trace.json")
        try buildTwoPackages(through: try #require(try shop.status()).path)
        let options = ["--", "sh", "-c", "sleep 0.7; :"]
        let wrapper = [try Workshop.program("with-steve"), "--dev-name", shop.device]
        #expect(try shop.run(wrapper + options).end == .exited(0))
        #expect(try stop(tracer).end == .exited(0))
        let file = try json("trace.json")
        #expect(file.tokens.map(\.args?.end) == ["reclaimed"])
        #expect(file.tokens.first?.name.hasPrefix("sh -c sleep") == true, "\(file.tokens)")
        #expect((file.tokens.first?.dur ?? 0) > 600_000)
        let held = file.traceEvents.filter { $0.ph == "C" }.compactMap { $0.args?.held }
        #expect(held.max() ?? 0 >= 1)
        #expect(held.max() ?? 9 <= 3)
        _ = try stop(daemon, SIGTERM)
    }

    @Test func aDaemonThatEndsLeavesAWholeTrace() throws {
        let daemon = try startDaemon(.fifo)
        let tracer = try startTracing("trace.html", ["--html"])
        _ = try stop(daemon, SIGTERM)
        let outcome = try shop.wait(tracer)
        #expect(outcome.end == .exited(0))
        #expect(outcome.errors.contains(" hung up: the trace ends here\n"), "\(outcome.errors)")
        #expect(try shop.read("trace.html").hasSuffix("</html>\n"))
    }

    @Test func aTraceGoesToTheStandardOutputAndNothingElseDoes() throws {
        let daemon = try startDaemon(.fifo)
        let tracer = try startTracing("-")
        let wrapper = [try Workshop.program("with-steve"), "--dev-name", shop.device, "--", "true"]
        #expect(try shop.run(wrapper).end == .exited(0))
        let outcome = try stop(tracer, SIGTERM)
        #expect(outcome.end == .exited(0))
        #expect(outcome.errors.hasSuffix("\nstevectl: 1 token(s) of 1 build(s) in the standard output\n"))
        let file = try ControlCoding.message(File.self, from: Array(outcome.output.utf8))
        #expect(file.tokens.count == 1 && file.tokens.first?.name.contains("true") == true)
        let words = ["trace", "--device", shop.device, "--last", "1m", "-o", "-"]
        let page = try shop.run([Workshop.program("stevectl")] + words.dropLast(2) + ["--html", "-o-"])
        #expect(page.output.hasPrefix("<!DOCTYPE html>") && page.output.hasSuffix("</html>\n"))
        let line = (try [Workshop.program("stevectl")] + words).joined(separator: " ") + " > /dev/full"
        let full = try shop.run(["sh", "-c", line])
        #expect(full.end == .exited(1))
        #expect(full.errors == "stevectl: cannot write the standard output: No space left on device\n")
        _ = try stop(daemon, SIGTERM)
    }

    @Test func whatCannotBeWrittenIsSaidAtOnce() throws {
        let stevectl = try Workshop.program("stevectl")
        for words in [["-o", ""], ["-o", "x", "--last", "-5m"]] {
            #expect(try shop.run([stevectl, "trace"] + words).end == .exited(64))
        }
        let outcome = try shop.run([stevectl, "trace", "--device", shop.device, "-o", "/nowhere/x"])
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors == "stevectl: cannot write /nowhere/x: No such file or directory\n")
        #expect(try shop.run([stevectl, "trace", "-o", "x", "--last", "soon"]).end == .exited(64))
        let path = shop.folder.path("x")
        #expect(try shop.run([stevectl, "trace", "--device", shop.device, "-o", path]).end == .exited(69))
        #expect((try? FileStatus(ofPath: path)) == nil)
    }

    /// The page's script notes on the root element how many slices it drew, or what went wrong.
    @Test(.needs("chromium"), .needsMake) func thePageDrawsInABrowser() throws {
        let browser = try #require(Tools.find("chromium"))
        let backend: Backend = Self.canServeFile ? .fuse : .fifo
        let daemon = try startDaemon(backend)
        let tracer = try startTracing("trace.html", ["--html"])
        try buildTwoPackages(through: try #require(try shop.status()).path)
        #expect(try stop(tracer).end == .exited(0))
        let granted = try #require(try shop.status()).totals.granted
        let words = [
            "timeout", "120", "nice", "-n", "5", browser, "--headless", "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage", "--user-data-dir=\(shop.folder.path("browser"))",
            "--window-size=1200,800",
            "--virtual-time-budget=5000", "--dump-dom", "file://\(shop.folder.path("trace.html"))",
        ]
        let page = try shop.run(words, environment: ["HOME": shop.folder.path]).output
        let root = page.split(separator: "\n").first { $0.contains("<html") } ?? ""
        #expect(root.contains("data-drawn=\"\(backend == .fuse ? granted : 0)\""), "\(root)")
        #expect(!root.contains("data-error"), "\(root)")
        #expect(page.contains("<h1>\(shop.folder.path(shop.device)) (fuse), ") || backend == .fifo)
        _ = try stop(daemon, SIGTERM)
    }

    @Test func metricsAndTheDoctorTalkToTheDaemon() throws {
        let daemon = try startDaemon(.fifo)
        let stevectl = try Workshop.program("stevectl")
        let metrics = try shop.run([stevectl, "metrics", "--device", shop.device])
        #expect(metrics.end == .exited(0))
        #expect(metrics.output.contains("\nsteve_tokens_limit 3\n"))
        let doctor = try shop.run([stevectl, "doctor", "--json", "--device", shop.device])
        let report = try ControlCoding.message(DoctorReport.self, from: Array(doctor.output.utf8))
        #expect(doctor.end == .exited(report.broken ? 1 : 0))
        #expect(report.findings.contains { $0.check == "daemon" && $0.state == .ok })
        #expect(
            report.findings.contains { $0.check == shop.path && $0.state != .broken }
        )
        _ = try stop(daemon, SIGTERM)
        let none = try shop.run([stevectl, "doctor", "--device", shop.device])
        #expect(none.end == .exited(1))
        #expect(none.output.contains("BROKEN  daemon"))
    }
}
