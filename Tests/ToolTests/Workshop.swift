internal import Glibc
internal import Linux
internal import Synchronization
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Wire

/// The built programs, and a device name and a runtime directory for one test.
final class Workshop {
    let folder: TemporaryFolder
    /// The device that only this test uses.
    let device: String

    private static let count = Atomic(0)

    init() throws {
        folder = try TemporaryFolder()
        device = "steve-test-\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
    }

    /// Where the test's pipe is: in /dev if this user may make it there.
    var path: String { geteuid() == 0 ? "/dev/\(device)" : folder.path(device) }

    /// How a process ended, and its output.
    struct Outcome {
        var end: ProcessEnd
        var output: String
        var errors: String
    }

    /// A process that the test has not waited for yet.
    struct Running {
        let pid: Int32
        let label: String
    }

    /// The path of a program that this package builds.
    static func program(_ name: String) throws -> String {
        let tests = try linkTarget("/proc/self/exe")
        let slash = try #require(tests.lastIndex(of: "/"))
        return "\(tests[...slash])\(name)"
    }

    /// The words that run a command under with-steve on the named pipe.
    func wrapped(_ options: [String] = [], _ command: [String]) throws -> [String] {
        [try Self.program("with-steve"), "--dev-name", device, "--backend", "fifo"] + options + ["--"]
            + command
    }

    /// Runs a command under with-steve to its end.
    func wrap(
        _ options: [String] = [],
        _ command: [String],
        environment: [String: String] = [:]
    ) throws -> Outcome {
        try wait(start(wrapped(options, command), environment: environment))
    }

    /// Runs any command to its end.
    func run(_ words: [String], environment: [String: String] = [:]) throws -> Outcome {
        try wait(start(words, environment: environment))
    }

    /// Starts a command with few variables: those of the test's own caller must not reach it.
    func start(_ words: [String], environment: [String: String] = [:]) throws -> Running {
        try start(words: words.map { Array($0.utf8) }, environment: environment)
    }

    func start(words: [[UInt8]], environment: [String: String] = [:]) throws -> Running {
        let label = "run\(Self.count.add(1, ordering: .relaxed).newValue)"
        let script = "exec \"$@\" >'\(folder.path(label)).out' 2>'\(folder.path(label)).err'"
        let variables = [
            "PATH": Tools.path, "HOME": "/", "STEVE_RUNTIME_DIR": folder.path, "SWIFT_BACKTRACE": "enable=no",
        ]
        .merging(environment) { $1 }
        let shell = ["sh", "-c", script, "sh"].map { Array($0.utf8) }
        let program = Program(words: shell + words, environment: variables.map { Array("\($0)=\($1)".utf8) })
        return Running(pid: try program.start(), label: label)
    }

    func wait(_ running: Running) throws -> Outcome {
        let end = try waitForEnd(running.pid)
        return Outcome(
            end: end,
            output: try read("\(running.label).out"),
            errors: try read("\(running.label).err")
        )
    }

    /// A file of the folder as text.
    func read(_ name: String) throws -> String {
        String(decoding: try readWhole(folder.path(name), limit: 1 << 20), as: UTF8.self)
    }

    /// The daemon's status; nil if there is no daemon.
    func status() throws -> StatusReport? {
        let outcome = try run([Self.program("stevectl"), "status", "--json", "--device", device])
        guard outcome.end == .exited(0) else { return nil }
        return try ControlCoding.message(StatusReport.self, from: Array(outcome.output.utf8))
    }

    /// Asks again and again until the answer is yes; returns false after 20 s.
    func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
        let deadline = MonotonicClock.nowNanoseconds + 20_000_000_000
        while MonotonicClock.nowNanoseconds < deadline {
            if try condition() { return true }
            usleep(20_000)
        }
        return false
    }

    /// Whether the daemon is gone and has left nothing behind.
    var isQuiet: Bool {
        (try? FileStatus(ofPath: folder.path("\(device).sock"))) == nil
            && (try? FileStatus(ofPath: path)) == nil
    }

    /// The daemon's pid; nil if there is no daemon.
    var daemon: Int32? {
        do throws(Errno) {
            return try UnixStream(connectingTo: folder.path("\(device).sock")).peer().pid
        } catch {
            return nil
        }
    }

    /// The process that serves, a child of the daemon's keeper.
    var server: Int32? {
        daemon.flatMap { pid in
            let bytes = try? readWhole("/proc/\(pid)/task/\(pid)/children", limit: 256)
            return bytes.flatMap { Int32(String(decoding: $0.prefix { $0 != 32 }, as: UTF8.self)) }
        }
    }

    /// Kills the daemon with its server, so that nobody is left to start another.
    func killDaemon() throws {
        let (daemon, server) = (try #require(daemon), try #require(server))
        try ProcessDescriptor(daemon).signal(SIGSTOP)
        try ProcessDescriptor(server).signal(SIGKILL)
        try ProcessDescriptor(daemon).signal(SIGKILL)
    }

    deinit {
        // Before its folder goes: a daemon that stays would run beside the next test.
        if let daemon, let process = try? ProcessDescriptor(daemon) { try? process.signal(SIGTERM) }
        _ = eventually { isQuiet }
    }
}
