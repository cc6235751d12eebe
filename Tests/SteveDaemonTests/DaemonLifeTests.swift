import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

/// The daemon's program from its start to its end.
@Suite(.serialized) struct DaemonLifeTests {
    private let name = "steve-life-\(getpid())-\(MonotonicClock.nowNanoseconds)"

    private func start(
        _ backend: Backend,
        _ options: [String] = [],
        in folder: TemporaryFolder? = nil
    ) throws -> RunningDaemon {
        try RunningDaemon(
            ["--backend", backend.rawValue, "--dev-name", name, "--jobs", "4"] + options,
            in: folder,
            name: name
        )
    }

    private func stage(_ daemon: RunningDaemon) throws -> Stage {
        try #require(daemon.isReady, "\(daemon.log)")
        let device = try KernelDevice(
            path: try daemon.connect().greeting.path,
            socket: daemon.socketPath,
            program: BuiltProgram.path("steve-scenarios")
        )
        return try Stage(device)
    }

    /// What the daemon leaves in its folder besides the locks and our own files.
    private func leftovers(_ folder: TemporaryFolder) throws -> [String] {
        let mounts = String(decoding: try readWhole("/proc/self/mounts", limit: 1 << 20), as: UTF8.self)
        return try entries(ofDirectory: folder.path).filter {
            !$0.hasPrefix("daemon.") && !$0.hasSuffix(".lock")
        }
            + ((try? FileStatus(ofPath: "/dev/\(name)")) == nil ? [] : ["/dev/\(name)"])
            + (mounts.contains(folder.path) ? ["a mount"] : [])
    }

    private static let backends: [Backend] = RunningDaemon.canServeFile ? [.fifo, .fuse] : [.fifo]

    /// The pipe of a killed daemon has another inode if somebody has copied the tree, or if the tree has
    /// become a layer of a container's image.
    @Test(arguments: backends)
    func pipeThatWasCopiedIsNoHindrance(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        // /dev has a device of this name, so the pipe is beside the socket for root as well.
        let first = try RunningDaemon(["--backend", "fifo", "--dev-name", "full"], in: folder, name: "full")
        try #require(first.isReady, "\(first.log)")
        try first.killAll()
        let path = folder.path("full")
        // Keeps the former pipe open, so that no new file gets its inode number.
        let former = try NamedPipe(path: path)
        try removeFile(path)
        _ = try NamedPipe(makingAt: path, mode: 0o600, group: nil)
        #expect(try FileStatus(ofPath: path).identity != former.identity)
        let options = ["--backend", backend.rawValue, "--dev-name", "full"]
        let daemon = try RunningDaemon(options, in: folder, name: "full")
        try #require(daemon.isReady, "\(daemon.log)")
        #expect(try daemon.connect().greeting.path == path)
    }

    /// A pipe that no daemon has made stays as it is, also where a daemon has ended.
    @Test(arguments: backends)
    func pipeOfOthersBesideTheSocketIsLeftAlone(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let first = try RunningDaemon(["--backend", "fifo", "--dev-name", "full"], in: folder, name: "full")
        kill(first.pid, SIGTERM)
        #expect(try first.waitUntilEnded() == .exited(0))
        let pipe = try NamedPipe(makingAt: folder.path("full"), mode: 0o600, group: nil)
        #expect(try pipe.put(3) == 3)
        let options = ["--backend", backend.rawValue, "--dev-name", "full"]
        let refused = try RunningDaemon(options, in: folder, name: "full")
        #expect(try refused.waitUntilEnded() == .exited(1))
        #expect(refused.log.contains("File exists"))
        #expect(try pipe.unread() == 3)
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func deadMountGivesWayToAPipe() throws {
        let folder = try TemporaryFolder()
        let first = try RunningDaemon(["--backend", "fuse", "--dev-name", "full"], in: folder, name: "full")
        try #require(first.isReady, "\(first.log)")
        try first.killAll()
        let daemon = try RunningDaemon(["--backend", "fifo", "--dev-name", "full"], in: folder, name: "full")
        try #require(daemon.isReady, "\(daemon.log)")
        #expect(try FileStatus(ofPath: folder.path("full")).kind == .pipe)
    }

    // MARK: Starting

    @Test(arguments: backends)
    func secondDaemonOfANameNamesTheFirst(_ backend: Backend) throws {
        let first = try start(backend)
        let second = try start(backend, in: first.folder)
        #expect(try second.waitUntilEnded() == .exited(1))
        #expect(second.log.contains("steve: another steve, PID \(first.pid), serves /dev/\(name) already"))
        #expect(!first.hasEnded)
        try #expect(first.connect().ask(.ping).isDone)
    }

    /// After a kill -9 the socket accepts connections and the lock is held until the kernel has ended the
    /// process.
    @Test(arguments: backends)
    func oneThatIsAboutToEndIsWaitedFor(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let ending = try start(backend, in: folder)
        try #require(ending.isReady, "\(ending.log)")
        let both = [ending.pid, try ending.serverPid]
        for pid in both { kill(pid, SIGSTOP) }
        let killer = try Program(["sh", "-c", "sleep 0.3; kill -9 $*", "sh"] + both.map { "\($0)" }).start()
        let daemon = try start(backend, in: folder)
        #expect(try waitForEnd(killer) == .exited(0))
        try #require(daemon.isReady, "\(daemon.log)")
        try #expect(daemon.connect().ask(.ping).isDone)
    }

    @Test(arguments: [
        ["--bogus"], ["--jobs", "0"], ["--jobs"], ["--dev-name", "a/b"], ["--backend", "pigeon"], ["surplus"],
        ["--config", "/nonexistent"], ["--mode", "999"],
    ])
    func badCommandLineIsOneLineAnd64(_ options: [String]) throws {
        let daemon = try RunningDaemon(options)
        #expect(try daemon.waitUntilEnded() == .exited(64))
        #expect(daemon.log.hasPrefix("steve: "))
        #expect(daemon.log.count { $0 == "\n" } == 1, "\(daemon.log)")
        #expect(try leftovers(daemon.folder).isEmpty)
    }

    @Test(arguments: backends)
    func failedStartIsOneLineAnd1AndLeavesNothing(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        try makeDirectory(folder.path("\(name).sock"), mode: 0o700)
        let daemon = try start(backend, in: folder)
        #expect(try daemon.waitUntilEnded() == .exited(1))
        #expect(daemon.log.hasPrefix("steve: cannot listen on \(folder.path("\(name).sock")): "))
        #expect(daemon.log.count { $0 == "\n" } == 1, "\(daemon.log)")
        #expect(try leftovers(folder) == ["\(name).sock"])
    }

    @Test(.enabled(if: (try? FileStatus(ofPath: "/dev/cuse")) == nil, "needs a machine without /dev/cuse"))
    func missingCuseSaysWhatToDo() throws {
        let daemon = try start(.cuse)
        #expect(try daemon.waitUntilEnded() == .exited(1))
        #expect(daemon.log.hasPrefix("steve: cannot open /dev/cuse: "))
        #expect(daemon.log.contains("modprobe cuse"))
        #expect(daemon.log.count { $0 == "\n" } == 1)
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func whatAKilledDaemonLeftIsReplaced() throws {
        let folder = try TemporaryFolder()
        do {
            let killed = try start(.fuse, in: folder)
            try killed.killAll()
            #expect(try killed.waitUntilEnded() == .killed(signal: SIGKILL))
        }
        #expect(try !leftovers(folder).isEmpty)
        let daemon = try start(.fuse, in: folder)
        let stage = try stage(daemon)
        try stage.take(4, by: try stage.player())
        try stage.finish()
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
        #expect(try leftovers(folder).isEmpty)
    }

    // MARK: Ending

    @Test(arguments: backends, [SIGTERM, SIGINT])
    func signalRemovesEverythingAndEndsWith0(_ backend: Backend, signal: CInt) throws {
        let daemon = try start(backend)
        #expect(try !leftovers(daemon.folder).isEmpty)
        daemon.signal(signal)
        #expect(try daemon.waitUntilEnded() == .exited(0))
        #expect(try leftovers(daemon.folder).isEmpty)
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func waitingReadersGetEIO() throws {
        let daemon = try start(.fuse)
        let stage = try stage(daemon)
        try stage.take(4, by: try stage.player())
        let reads = [try stage.startReading(try stage.player()), try stage.startReading(try stage.player())]
        daemon.signal(SIGTERM)
        for read in reads { try stage.expect(read, .failed(.ioError), "a read when the daemon ends") }
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func drainGrantsNothingAndEndsWhenAllTokensAreBack() throws {
        let daemon = try start(
            .fuse,
            ["--drain", "60", "--load-average", "100000", "--load-recheck-timeout", "0.1"]
        )
        let stage = try stage(daemon)
        let (holder, other) = (try stage.player(), try stage.player(nonblocking: true))
        try stage.take(2, by: holder)
        daemon.signal(SIGTERM)
        try eventually { daemon.log.contains("granting no more tokens") }
        // From now on neither an open gate nor a higher limit matters.
        stage.device.rest(.milliseconds(150))
        try stage.set(["jobs": "8"])
        #expect(try stage.read(other) == .failed(.resourceTemporarilyUnavailable))
        let read = try stage.startReading(try stage.player())
        try stage.write(holder, bytes: 2)
        try stage.expect(read, .failed(.ioError), "a read that waited while tokens were out")
        #expect(try daemon.waitUntilEnded() == .exited(0))
        #expect(try leftovers(daemon.folder).isEmpty)
    }

    @Test func drainOfAPipeDoesNotWaitForWhatWasLent() throws {
        let daemon = try start(.fifo, ["--drain", "60"])
        // The client lends its own slot, and will not ask for it again.
        let client = try ByteFile(try daemon.connect().greeting.path, waiting: false)
        try client.write(UInt8(ascii: "+"))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
        _ = consume client
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func drainIsOverAfterItsTimeOrASecondSignal() throws {
        for (options, signals) in [(["--drain", "0.3"], 1), (["--drain", "60"], 2)] {
            let daemon = try start(.fuse, options)
            let stage = try stage(daemon)
            try stage.take(1, by: try stage.player())
            for _ in 0..<signals {
                daemon.signal(SIGTERM)
                try eventually { daemon.log.contains("granting no more tokens") || daemon.hasEnded }
            }
            #expect(try daemon.waitUntilEnded() == .exited(0))
        }
    }

    // MARK: Living

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func bytesThatStandForNoTokenAreLoggedOnceForEachProcess() throws {
        let daemon = try start(.fuse)
        let stage = try stage(daemon)
        for player in [try stage.player(), try stage.player()] {
            for _ in 0..<3 { try stage.write(player, bytes: 3) }
        }
        let warnings = daemon.log.split(separator: "\n").filter { $0.contains("that it did not hold") }
        #expect(warnings.count == 2)
        try stage.finish()
    }

    @Test func hangUpReadsTheSettingsAgainAndABadFileChangesNothing() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("STEVE_MIN_JOBS=2\n", to: "daemon.conf")
        let daemon = try start(.fifo, ["--config", file], in: folder)
        let port = try daemon.connect()
        #expect(try port.ask(.get).answer?.values["min-jobs"] == "2")
        try folder.write("STEVE_MIN_JOBS=3\n", to: "daemon.conf")
        daemon.signal(SIGHUP)
        try eventually { try port.ask(.get).answer?.values["min-jobs"] == "3" }
        try folder.write("STEVE_MIN_JOBS=4\nSTEVE_RELOAD=when\n", to: "daemon.conf")
        daemon.signal(SIGHUP)
        try eventually { daemon.log.contains("there is no setting STEVE_RELOAD; nothing was changed") }
        #expect(try port.ask(.get).answer?.values["min-jobs"] == "3")
    }

    @Test func usr1LogsTheStatus() throws {
        let daemon = try start(.fifo)
        daemon.signal(SIGUSR1)
        try eventually { daemon.log.contains("tokens limit 4, free 4") }
    }

    @Test(arguments: backends)
    func idleDaemonDoesNotWake(_ backend: Backend) throws {
        let daemon = try start(backend)
        #expect(try daemon.connect().ask(.ping).isDone)
        #expect(try sleepsWell(daemon))
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func daemonWithWaitersDoesNotWakeEither() throws {
        let daemon = try start(.fuse)
        let stage = try stage(daemon)
        try stage.take(4, by: try stage.player())
        _ = try stage.startReading(try stage.player())
        _ = try stage.startPolling(try stage.player())
        #expect(try sleepsWell(daemon))
        try stage.finish()
    }

    @Test func whoCannotBeLetInIsNotAskedForAgainAtOnce() throws {
        let daemon = try RunningDaemon(
            ["--backend", "fifo", "--dev-name", name],
            name: name,
            before: ["prlimit", "--nofile=64:64"]
        )
        // More visitors than the daemon has descriptors for: the last ones stay in the listen queue.
        try #require(daemon.isReady, "\(daemon.log)")
        var visitors = try (0..<80).map { _ in try Visitor(daemon.socketPath) }
        try eventually { try entries(ofDirectory: "/proc/\(daemon.serverPid)/fd").count >= 62 }
        let before = try processorNanoseconds(daemon)
        usleep(1_500_000)
        // A daemon that accepted again and again would have used all of that time.
        #expect(try processorNanoseconds(daemon) - before < 700_000_000)
        visitors.removeAll()
        #expect(try daemon.connect().ask(.ping).isDone)
    }

    /// A peer that only holds a connection.
    private final class Visitor {
        private let stream: UnixStream
        init(_ path: String) throws { stream = try UnixStream(connectingTo: path) }
    }

    private func processorNanoseconds(_ daemon: RunningDaemon) throws -> Int {
        let text = String(
            decoding: try readWhole("/proc/\(daemon.serverPid)/schedstat", limit: 256),
            as: UTF8.self
        )
        return try #require(Int(text.prefix { $0 != " " }))
    }

    /// Whether it sleeps through one of three seconds: on a busy machine any process may wake once, but a
    /// timer wakes each second.
    private func sleepsWell(_ daemon: RunningDaemon) throws -> Bool {
        for _ in 0..<3 {
            usleep(200_000)
            let before = try wakes(daemon)
            usleep(1_000_000)
            if try wakes(daemon) == before { return true }
        }
        return false
    }

    /// How often it has gone to sleep so far.
    private func wakes(_ daemon: RunningDaemon) throws -> Int? {
        let status = String(
            decoding: try readWhole("/proc/\(daemon.serverPid)/status", limit: 1 << 14),
            as: UTF8.self
        )
        let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
        return Int(try #require(line?.split(separator: "\t").last))
    }

    // MARK: Users

    @Test func endsAfterTheLastUserAndNotBefore() throws {
        let daemon = try start(.fifo, ["--end-with-users"])
        let users = [try user(daemon), try user(daemon)]
        try eventually { try daemon.connect().ask(.status).answer?.status.users.count == 2 }
        try end(users[0])
        usleep(700_000)
        #expect(!daemon.hasEnded)
        try end(users[1])
        #expect(try daemon.waitUntilEnded() == .exited(0))
        #expect(try leftovers(daemon.folder).filter { !$0.hasSuffix(".start") }.isEmpty)
    }

    @Test func lingersAfterTheLastUser() throws {
        let daemon = try start(.fifo, ["--end-with-users", "--linger", "1.5"])
        let user = try user(daemon)
        try eventually { try daemon.connect().ask(.status).answer?.status.users.count == 1 }
        try end(user)
        usleep(700_000)
        #expect(!daemon.hasEnded)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func staysForAClientThatOutlivesTheLastUser() throws {
        let daemon = try start(.fuse, ["--end-with-users"])
        let stage = try stage(daemon)
        let player = try stage.player()
        let user = try user(daemon)
        try eventually { try stage.status().users.count == 1 }
        try end(user)
        usleep(700_000)
        #expect(!daemon.hasEnded)
        try stage.close(player)
        // The stage's own control connection keeps the daemon alive, too.
        usleep(500_000)
        #expect(!daemon.hasEnded)
    }

    private func user(_ daemon: RunningDaemon) throws -> Int32 {
        var environment = Environment.current
        environment["MAKEFLAGS"] = nil
        environment["STEVE_RUNTIME_DIR"] = daemon.folder.path
        let words = [BuiltProgram.path("with-steve"), "--dev-name", name, "--", "sleep", "100"]
        return try Program(words, environment: environment.map { "\($0.key)=\($0.value)" }).start()
    }

    private func end(_ user: Int32) throws {
        Glibc.kill(user, SIGKILL)
        try waitForEnd(user)
    }

    // MARK: Rights

    @Test(.enabled(if: geteuid() == 0, "needs root: becomes another user"))
    func anotherUserMayLookAndLimitAndNotSet() throws {
        let daemon = try start(.fifo)
        try PathHandle(daemon.folder.path).setAccess(mode: 0o711)
        let output = daemon.folder.path("daemon.reply")
        let script = #"""
            $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$!";
            <$s>; print $s qq({"id":1,"do":"set","values":{"jobs":"9"}}\n); print scalar <$s>;
            print $s qq({"id":2,"do":"limit","values":{"jobs":"2"}}\n); print scalar <$s>;
            print $s qq({"id":3,"do":"register","slot":true}\n); print scalar <$s>;
            """#
        let command = #"setpriv --reuid nobody --clear-groups -- perl -MIO::Socket::UNIX -e "$1" "$2" > "$3""#
        let shell = try Program(["sh", "-c", command, "sh", script, daemon.socketPath, output]).start()
        #expect(try waitForEnd(shell) == .exited(0))
        let path = try daemon.connect().greeting.path
        let replies = String(decoding: try readWhole(output, limit: 4096), as: UTF8.self).split(
            separator: "\n"
        )
        #expect(
            replies == [
                #"{"error":"only root and the daemon's own user may change settings","id":1,"ok":false}"#,
                #"{"id":2,"ok":true}"#,
                #"{"backend":"fifo","id":3,"ok":true,"path":"\#(path)"}"#,
            ]
        )
        #expect(try daemon.connect().ask(.get).answer?.values["jobs"] == "4")
        #expect(daemon.log.contains("may not change settings: refused"))
    }
}
