import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit
import Wire

/// A daemon that serves a pipe for one test, and processes that use the pipe.
final class PipeShop {
    /// The device's name, which no other test uses.
    let name: String
    private let folder: TemporaryFolder
    private(set) var daemon: RunningDaemon?
    private(set) var path = ""
    private var wrapped: [Int32] = []

    init() throws {
        folder = try TemporaryFolder()
        name = "steve-pipe-\(getpid())-\(MonotonicClock.nowNanoseconds)"
    }

    deinit {
        for pid in wrapped { Glibc.kill(pid, SIGKILL) }
    }

    func startDaemon(_ options: [String] = []) throws -> RunningDaemon {
        let daemon = try RunningDaemon(
            ["--backend", "fifo", "--dev-name", name, "--jobs", "4"] + options,
            in: folder,
            name: name
        )
        self.daemon = daemon
        guard daemon.isReady else { throw ScenarioFailure(daemon.log) }
        return daemon
    }

    /// Starts the daemon with 4 tokens.
    func start(_ options: [String] = []) throws -> Stage {
        let daemon = try startDaemon(options)
        path = try daemon.connect().greeting.path
        let device = try KernelDevice(
            path: path,
            socket: daemon.socketPath,
            program: BuiltProgram.path("steve-scenarios")
        )
        return try Stage(device)
    }

    /// Runs a command under with-steve with a slot; the pid is the command's.
    func wrap(_ command: [String]) throws -> Int32 {
        var environment = Environment.current
        environment["MAKEFLAGS"] = nil
        environment["STEVE_RUNTIME_DIR"] = folder.path
        let words = [BuiltProgram.path("with-steve"), "--dev-name", name, "--"] + command
        let pid = try Program(words, environment: environment.map { "\($0.key)=\($0.value)" }).start()
        wrapped.append(pid)
        return pid
    }
}
