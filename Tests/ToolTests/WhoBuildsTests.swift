internal import Glibc
internal import Linux
internal import TestKit
internal import Testing

@testable import Wire

/// Builds count, not connections: the test counts the jobs of a real make from outside, at default settings.
@Suite(.serialized, .enabled(if: RunningSteve.backends.contains("fuse"), "needs root and /dev/fuse"))
struct WhoBuildsTests {
    private let steve: RunningSteve
    private var shop: Workshop { steve.shop }

    init() throws {
        steve = try RunningSteve("fuse", jobs: 4)
    }

    /// A build of its own with so many jobs, each of which notes when it begins and ends.
    private func make(_ name: String, jobs: Int) throws -> [String] {
        let targets = (0..<jobs).map { "\(name)\($0)" }.joined(separator: " ")
        let log = shop.folder.path("log")
        let recipe = "\t@echo + >> \(log); sleep 0.2; echo - >> \(log)\n"
        try shop.folder.write("all: \(targets)\n\(targets):\n\(recipe)", to: "\(name).mk")
        return ["make", "-f", shop.folder.path("\(name).mk")]
    }

    private func wrapped(_ command: [String]) throws -> [String] {
        try ["setsid", "--wait", Workshop.program("with-steve"), "--dev-name", shop.device, "--"] + command
    }

    /// The most jobs that ran at the same time.
    private func peak() throws -> Int {
        var (now, peak) = (0, 0)
        for line in try shop.read("log").split(separator: "\n") {
            now += line == "+" ? 1 : -1
            peak = max(peak, now)
        }
        return peak
    }

    /// Once the reserve kept one of four tokens idle from beginning to end.
    @Test(.needsMake) func twoBuildsUseAllTokens() throws {
        let builds = try ["one", "two"].map { try shop.start(wrapped(make($0, jobs: 12))) }
        for build in builds { #expect(try shop.wait(build).end == .exited(0)) }
        #expect(try peak() == 4)
        try steve.end()
    }

    /// Once such a shell halved the build.
    @Test(.needsMake) func aShellThatHasTheDeviceOpenTakesNothingFromABuild() throws {
        #expect(try steve.ctl("set", ["jobs=2"]).end == .exited(0))
        let path = try steve.status().path
        try shop.folder.write("", to: "open")
        let script = "exec 3<>'\(path)'; echo > '\(shop.folder.path("open"))'; exec sleep 60"
        let shell = try shop.start(["setsid", "--wait", "sh", "-c", script])
        #expect(try shop.eventually { try shop.read("open") == "\n" })
        #expect(try shop.run(wrapped(make("one", jobs: 8))).end == .exited(0))
        #expect(try peak() == 2)
        try ProcessDescriptor(shell.pid).signal(SIGKILL)
        _ = try shop.wait(shell)
        try steve.end()
    }

    /// Once emerge, which holds the token of this very package, counted as a rival.
    @Test(.needsMake) func aLonePackageUsesAllTokens() throws {
        let path = try steve.status().path
        let make = try make("one", jobs: 40).joined(separator: " ")
        try shop.folder.write(
            "exec 3<>'\(path)'; read -r -N1 -u3 token; export MAKEFLAGS=' -j4 --jobserver-auth=fifo:\(path)'\n"
                + "bash -c 'exec -a \"[dev-libs/one-1.0] sandbox\" sh -c \"\(make); true\"'\nprintf + >&3\n",
            to: "emerge.sh"
        )
        let emerge = "exec -a emerge bash '\(shop.folder.path("emerge.sh"))'"
        let running = try shop.start(["setsid", "--wait", "bash", "-c", emerge])
        // The status shows emerge's token as the package's.
        let all = try shop.eventually {
            try steve.status().builds.map { [$0.label: $0.tokens] } == [["dev-libs/one-1.0": 4]]
        }
        #expect(all)
        #expect(try shop.wait(running).end == .exited(0))
        #expect(try peak() == 4)
        let trace = try steve.ctl("trace", ["--last", "10m", "-o", shop.folder.path("trace")])
        #expect(trace.end == .exited(0), "\(trace)")
        let rows = try shop.read("trace").split(separator: "\n").filter { $0.contains("process_name") }
        #expect(rows.count == 2 && rows.last?.contains("dev-libs/one-1.0") == true, "\(rows)")
        try steve.end()
    }

    /// Once a session had only a number, from which nobody knows a build.
    @Test func aSessionIsCalledByItsCommandAndFolder() throws {
        let folder = shop.folder.path("lua-5.4")
        try SafeFolder(folder, mode: 0o755).make()
        let words = ["with-steve", "--dev-name", shop.device, "--", "sleep", "60"]
        let wrapper = [try Workshop.program("with-steve")] + words.dropFirst()
        let line = "cd '\(folder)' && exec '\(wrapper.joined(separator: "' '"))'"
        let running = try shop.start(["setsid", "--wait", "sh", "-c", line])
        let isCalled = try shop.eventually {
            let build = try steve.status().builds.first
            guard let label = build?.label, let identity = build?.identity else { return false }
            return label == "sleep in lua-5.4 (\(identity))" && identity.hasPrefix("session ")
        }
        #expect(isCalled)
        try steve.status().holders.forEach { try ProcessDescriptor(Int32($0.pid)).signal(SIGKILL) }
        _ = try shop.wait(running)
        try steve.end()
    }
}
