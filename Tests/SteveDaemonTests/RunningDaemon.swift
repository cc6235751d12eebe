import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit

/// A daemon that runs as its own process, in a folder of its own.
final class RunningDaemon {
    let folder: TemporaryFolder
    let pid: Int32
    /// The device's name.
    private let name: String
    private(set) var end: ProcessEnd?

    /// Starts `steve`, and waits until it is ready or has ended.
    init(
        _ options: [String],
        in folder: TemporaryFolder? = nil,
        name: String = "steve",
        environment: [String: String] = [:],
        before: [String] = [],
        program: String = BuiltProgram.path("steve")
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        self.name = name
        // Left by an earlier daemon in this folder.
        try? removeFile(folder.path("daemon.ready"))
        var variables = Environment.current.filter { !$0.key.hasPrefix("STEVE_") }
        variables["STEVE_RUNTIME_DIR"] = folder.path
        // A server that crashes here does so on purpose.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        variables.merge(environment) { _, new in new }
        // A shell, because it redirects the log and the news of readiness to files. A server that is left
        // behind then keeps no test from ending.
        let command = #"exec "$@" > /dev/null 2>> "$0.log" 9> "$0.ready""#
        let steve = [program, "--ready-fd", "9"] + options
        pid = try Program(
            ["sh", "-c", command, folder.path("daemon")] + before + steve,
            environment: variables.map { "\($0.key)=\($0.value)" }
        ).start()
        try eventually { self.isReady || self.hasEnded }
    }

    deinit {
        guard end == nil else { return }
        Glibc.kill(pid, SIGTERM)
        _ = try? eventually { self.hasEnded }
        guard end == nil else { return }
        try? killAll()
        _ = try? waitForEnd(pid)
    }

    var isReady: Bool { (try? readWhole(folder.path("daemon.ready"), limit: 8)) == [UInt8(ascii: "\n")] }

    /// Everything that the daemon has written to stderr.
    var log: String {
        String(decoding: (try? readWhole(folder.path("daemon.log"), limit: 1 << 20)) ?? [], as: UTF8.self)
    }

    var socketPath: String { folder.path("\(name).sock") }

    /// The process that serves, a child of the started process.
    var serverPid: Int32 {
        get throws {
            let bytes = try readWhole("/proc/\(pid)/task/\(pid)/children", limit: 256)
            guard
                let server = Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
            else { throw NeverHappened() }
            return server
        }
    }

    /// Kills the keeper together with its server.
    func killAll() throws {
        // The server dies first, while its keeper is stopped and so cannot start another.
        let server = try serverPid
        Glibc.kill(pid, SIGSTOP)
        Glibc.kill(server, SIGKILL)
        Glibc.kill(pid, SIGKILL)
    }

    func connect() throws -> ControlPort { try ControlPort(socketPath) { usleep(100) } }

    func signal(_ number: CInt) { Glibc.kill(pid, number) }

    var hasEnded: Bool {
        guard end == nil else { return true }
        guard let descriptor = try? ProcessDescriptor(pid) else { return true }
        guard descriptor.hasEnded else { return false }
        end = try? waitForEnd(pid)
        return true
    }

    /// Waits until the daemon has ended; returns how it ended.
    func waitUntilEnded() throws -> ProcessEnd? {
        try eventually { self.hasEnded }
        return end
    }

    /// Whether this machine lets us mount one file over /dev/fuse.
    static let canServeFile = geteuid() == 0 && (try? openReadWrite("/dev/fuse")) != nil
    static let cannotServeFile = "needs root and /dev/fuse: the device is served as one FUSE file here"
}

/// Something that should have become true did not.
struct NeverHappened: Error {}

/// Asks again and again until the answer is yes.
func eventually(within seconds: Int64 = 10, _ question: () throws -> Bool) throws {
    let end = MonotonicClock.nowNanoseconds + seconds * 1_000_000_000
    while try !question() {
        guard MonotonicClock.nowNanoseconds < end else { throw NeverHappened() }
        usleep(2000)
    }
}
