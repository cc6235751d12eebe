import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

/// A server is killed, another takes over, and no client notices.
@Suite(.serialized) struct TakeOverTests {
    private let name = "steve-over-\(getpid())-\(MonotonicClock.nowNanoseconds)"

    private func start(_ backend: Backend, _ options: [String] = []) throws -> RunningDaemon {
        let daemon = try RunningDaemon(
            ["--backend", backend.rawValue, "--dev-name", name, "--jobs", "4"] + options,
            name: name
        )
        try #require(daemon.isReady, "\(daemon.log)")
        return daemon
    }

    private func stage(_ daemon: RunningDaemon) throws -> Stage {
        let device = try KernelDevice(
            path: try daemon.connect().greeting.path,
            socket: daemon.socketPath,
            program: BuiltProgram.path("steve-scenarios")
        )
        return try Stage(device)
    }

    private func takeovers(_ daemon: RunningDaemon) throws -> Int {
        try daemon.connect().ask(.status).answer?.status.takeovers?.count ?? 0
    }

    /// Kills the server, and waits for the next one.
    private func replaceServer(_ daemon: RunningDaemon, by signal: CInt = SIGKILL) throws {
        let former = try daemon.serverPid
        Glibc.kill(former, signal)
        try eventually { (try? daemon.serverPid).map { $0 != former } ?? false }
        try eventually { (try? takeovers(daemon)).map { $0 > 0 } ?? false }
    }

    private static let backends: [Backend] = RunningDaemon.canServeFile ? [.fifo, .fuse] : [.fifo]

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func accountsQueueAndLimitsGoOn() throws {
        let daemon = try start(.fuse, ["--jobs", "6"])
        let before = try stage(daemon)
        let (holder, first, second) = (try before.player(), try before.player(), try before.player())
        let lender = try before.player()
        try before.write(lender)
        try before.set(["jobs": "5", "min-jobs": "2"])
        try before.take(6, by: holder)
        let reads = [try before.startReading(first), try before.startReading(second)]
        let poll = try before.startPolling(try before.player())
        let port = try daemon.connect()
        #expect(try port.ask(.limit(["jobs": "4"], pid: holder.client.pid)).isDone)
        // The server stores its statistics once a second.
        usleep(1_100_000)
        try before.set(["min-jobs": "2"])
        let (totals, statistics) = (try before.status().totals, try before.status().statistics)
        #expect(statistics.peak == 6)
        try replaceServer(daemon)

        let stage = try stage(daemon)
        let status = try stage.status()
        #expect(status.takeovers?.count == 1)
        #expect(status.takeovers?.reason == "was killed by signal 9")
        #expect((status.limit, status.held, status.lent) == (4, 6, 1))
        #expect(status.totals == totals)
        #expect(status.statistics.peak == 6)
        #expect(status.statistics.mean > statistics.mean / 2)
        #expect(status.statistics.waitP50 == statistics.waitP50 && statistics.waitP50 != nil)
        #expect(status.limits.map(\.values) == [["jobs": "4"]])
        #expect(try daemon.connect().ask(.get).answer?.values["min-jobs"] == "2")
        #expect(try stage.held(by: holder) == 6)
        #expect(
            status.waiters.filter { $0.kind == .read }.map(\.pid) == [
                Int(first.client.pid), Int(second.client.pid),
            ]
        )
        try before.expectWaiting(reads[0], "a read above the limit")
        try before.write(holder, bytes: 2)
        try before.expectToken(reads[0], "the first read")
        try before.expectWaiting(reads[1], "the second read")
        try before.write(holder)
        try before.expectToken(reads[1], "the second read")
        try before.write(holder, bytes: 3)
        try before.expectReadable(poll, "a poll")
        #expect(daemon.log.split(separator: "\n").count { $0.contains("took over from a server") } == 1)
        try before.kill(holder)
        try eventually { try stage.status().limit == 5 }
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func tokensOfWhoDiesMeanwhileAreFree() throws {
        let daemon = try start(.fuse)
        let before = try stage(daemon)
        // Teaches the kernel not to send us FLUSH: otherwise a process that ends would wait for the server.
        try before.close(try before.player())
        let (holder, waiter) = (try before.player(), try before.player())
        try before.take(4, by: holder)
        let read = try before.startReading(waiter)
        let server = try daemon.serverPid
        // The server is stopped, so that it cannot see the holder's end.
        Glibc.kill(server, SIGSTOP)
        Glibc.kill(holder.client.pid, SIGKILL)
        try eventually { (try? ProcFS.stat(of: holder.client.pid))?.state ?? "Z" == "Z" }
        Glibc.kill(server, SIGKILL)
        try before.expectToken(read, "a read that waits")
        let stage = try stage(daemon)
        #expect(try stage.status().totals.reclaimed == 4)
        #expect(try stage.status().held == 1)
    }

    @Test(arguments: backends)
    func wrappersSlotGoesOn(_ backend: Backend) throws {
        let daemon = try start(backend)
        var environment = Environment.current
        environment["MAKEFLAGS"] = nil
        environment["STEVE_RUNTIME_DIR"] = daemon.folder.path
        let words = [BuiltProgram.path("with-steve"), "--dev-name", name, "--", "sleep", "1000"]
        let wrapped = try Program(words, environment: environment.map { "\($0.key)=\($0.value)" }).start()
        defer { Glibc.kill(wrapped, SIGKILL) }
        try eventually { try daemon.connect().ask(.status).answer?.status.held == 1 }
        try replaceServer(daemon)
        let status = try #require(try daemon.connect().ask(.status).answer?.status)
        #expect((status.held, status.free) == (1, 3))
        #expect(status.users.map(\.pid) == [Int(wrapped)])
        #expect(status.users.map(\.slot) == [true])
        Glibc.kill(wrapped, SIGKILL)
        _ = try waitForEnd(wrapped)
        try eventually { try daemon.connect().ask(.status).answer?.status.free == 4 }
    }

    @Test func tokensOfAPipeStayWhereTheyAre() throws {
        let daemon = try start(.fifo)
        let client = try ByteFile(try daemon.connect().greeting.path, waiting: false)
        for _ in 0..<3 { #expect(try client.read() == UInt8(ascii: "+")) }
        try eventually { try daemon.connect().ask(.status).answer?.status.held == 3 }
        for number in 1...3 {
            let former = try daemon.serverPid
            Glibc.kill(former, SIGKILL)
            try eventually { (try? takeovers(daemon)) == number }
        }
        let status = try #require(try daemon.connect().ask(.status).answer?.status)
        #expect((status.held, status.free) == (3, 1))
        for _ in 0..<3 { try client.write(UInt8(ascii: "+")) }
        try eventually { try daemon.connect().ask(.status).answer?.status.held == 0 }
    }

    /// A server that is told to end lets its clients finish; a server that takes over does the same, and then
    /// ends.
    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func drainGoesOn() throws {
        for deaths in [[SIGKILL], [SIGUSR2], [SIGUSR2, SIGKILL]] {
            let daemon = try start(.fuse, ["--drain", "60"])
            let before = try stage(daemon)
            let holder = try before.player()
            try before.take(2, by: holder)
            daemon.signal(SIGTERM)
            try eventually { daemon.log.contains("granting no more tokens") }
            for (number, death) in deaths.enumerated() {
                if death == SIGKILL { Glibc.kill(try daemon.serverPid, death) } else { daemon.signal(death) }
                try eventually { (try? takeovers(daemon)) == number + 1 }
            }
            let stage = try stage(daemon)
            let other = try stage.player(nonblocking: true)
            #expect(try stage.read(other) == .failed(.resourceTemporarilyUnavailable), "\(daemon.log)")
            let read = try stage.startReading(try stage.player())
            try before.write(holder, bytes: 2)
            try stage.expect(read, .failed(.ioError), "a read that waited while tokens were out")
            #expect(try daemon.waitUntilEnded() == .exited(0), "\(daemon.log)")
            #expect(try leftovers(daemon) == [])
        }
    }

    @Test(arguments: [SIGKILL, SIGUSR2])
    func drainOfAPipeGoesOn(_ death: CInt) throws {
        let daemon = try start(.fifo, ["--drain", "60"])
        let client = try holder(of: daemon)
        daemon.signal(SIGTERM)
        try eventually { daemon.log.contains("granting no more tokens") }
        if death == SIGKILL { Glibc.kill(try daemon.serverPid, death) } else { daemon.signal(death) }
        try eventually { (try? takeovers(daemon)) == 1 }
        #expect(throws: Errno.resourceTemporarilyUnavailable) { _ = try client.read() }
        try client.write(UInt8(ascii: "+"))
        #expect(try daemon.waitUntilEnded() == .exited(0), "\(daemon.log)")
    }

    /// Whether a signal waits for a process.
    private func isPending(_ signal: CInt, of pid: Int32) throws -> Bool {
        let text = String(decoding: try readWhole("/proc/\(pid)/status", limit: 1 << 14), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") })
        let mask = try #require(UInt64(line.split(separator: "\t")[1], radix: 16))
        return mask >> UInt64(signal - 1) & 1 == 1
    }

    /// The next one hears it.
    @Test(arguments: backends)
    func stopThatAServerDidNotLiveToHearIsNotLost(_ backend: Backend) throws {
        let daemon = try start(backend, ["--drain", "60"])
        let client = try holder(of: daemon)
        let server = try daemon.serverPid
        Glibc.kill(server, SIGSTOP)
        daemon.signal(SIGTERM)
        try eventually { try isPending(SIGTERM, of: server) }
        Glibc.kill(server, SIGKILL)
        try eventually { daemon.log.contains("granting no more tokens") }
        #expect(throws: Errno.resourceTemporarilyUnavailable) { _ = try client.read() }
        try client.write(UInt8(ascii: "+"))
        #expect(try daemon.waitUntilEnded() == .exited(0), "\(daemon.log)")
        #expect(try leftovers(daemon) == [])
    }

    /// An account may be removed, or be out of reach, while the daemon runs.
    @Test(.enabled(if: geteuid() == 0, "needs root: has groups of its own in a mount namespace"))
    func groupsThatWereThereAtTheStartAreKnownToTheNextServer() throws {
        let folder = try TemporaryFolder()
        let groups = String(decoding: try readWhole("/etc/group", limit: 1 << 20), as: UTF8.self)
        try folder.write(groups + "steve-group:x:54321:\n", to: "groups")
        #expect(try waitForEnd(Program(["chmod", "644", folder.path("groups")]).start()) == .exited(0))
        let command = #"mount --bind "$0" /etc/group && exec "$@""#
        let daemon = try RunningDaemon(
            ["--backend", "fifo", "--dev-name", name, "--jobs", "4", "--group", "steve-group"]
                + ["--control-group", "steve-group"],
            in: folder,
            name: name,
            before: ["unshare", "--mount", "sh", "-c", command, folder.path("groups")]
        )
        try #require(daemon.isReady, "\(daemon.log)")
        let client = try holder(of: daemon)
        let access = try FileStatus(ofPath: daemon.socketPath).mode
        try folder.write(groups, to: "groups")
        try replaceServer(daemon)
        #expect(try client.read() == UInt8(ascii: "+"))
        #expect(try FileStatus(ofPath: daemon.socketPath).mode == access)
        #expect(
            try FileStatus(ofPath: daemon.connect().greeting.path).mode == access,
            "\(daemon.log)"
        )
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    /// A user's builds may have taken all the processes that the user may have.
    @Test(.enabled(if: geteuid() == 0, "needs root: becomes another user"))
    func keeperThatMayStartNoProcessNowStartsOneLater() throws {
        let nobody = try #require(UserAccount.find("nobody"))
        let folder = try TemporaryFolder()
        try PathHandle(folder.path).setAccess(user: nobody.uid, mode: 0o755)
        let become = ["setpriv", "--reuid", "nobody", "--clear-groups", "--"]
        let daemon = try RunningDaemon(
            ["--backend", "fifo", "--dev-name", name, "--jobs", "4"],
            in: folder,
            name: name,
            before: become
        )
        try #require(daemon.isReady, "\(daemon.log)")
        let client = try holder(of: daemon)
        let limits = String(decoding: try readWhole("/proc/\(daemon.pid)/limits", limit: 4096), as: UTF8.self)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max processes") })
        let most = line.split(separator: " ")[3]
        for limit in ["0", most] {
            let words = become + ["prlimit", "--pid", "\(daemon.pid)", "--nproc=\(limit):"]
            #expect(try waitForEnd(Program(words).start()) == .exited(0))
            guard limit == "0" else { break }
            Glibc.kill(try daemon.serverPid, SIGKILL)
            try eventually { daemon.log.contains("cannot start a server yet") }
        }
        try eventually { (try? takeovers(daemon)) == 1 }
        #expect(try client.read() == UInt8(ascii: "+"))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0), "\(daemon.log)")
    }

    /// In that case the kernel tells the daemon nothing about the end of a child.
    @Test(arguments: backends)
    func starterThatIgnoresTheEndsOfChildrenChangesNothing(_ backend: Backend) throws {
        let daemon = try RunningDaemon(
            ["--backend", backend.rawValue, "--dev-name", name, "--jobs", "4"],
            name: name,
            before: ["env", "--ignore-signal=CHLD"]
        )
        let client = try holder(of: daemon)
        for _ in 1...2 { try replaceServer(daemon) }
        #expect(try client.read() == UInt8(ascii: "+"))
        daemon.signal(SIGUSR2)
        try eventually { (try? takeovers(daemon)) == 3 }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    @Test(arguments: backends)
    func serverThatCrashesAgainAndAgainIsGivenUp(_ backend: Backend) throws {
        let daemon = try start(backend)
        for _ in 1...4 { try replaceServer(daemon, by: SIGSEGV) }
        Glibc.kill(try daemon.serverPid, SIGSEGV)
        #expect(try daemon.waitUntilEnded() == .exited(1))
        #expect(daemon.log.contains("5 servers ended within 10 s: giving up"))
        let left = try entries(ofDirectory: daemon.folder.path).filter {
            !$0.hasPrefix("daemon.") && !$0.hasSuffix(".lock")
        }
        #expect(left == [])
    }

    /// Starts another `steve` in the place of a keeper that was killed.
    private func startNext(_ daemon: RunningDaemon, _ backend: Backend, _ options: [String] = []) throws
        -> RunningDaemon
    {
        let words = ["--backend", backend.rawValue, "--dev-name", name, "--jobs", "4"]
        return try RunningDaemon(words + options, in: daemon.folder, name: name)
    }

    /// The options for the users as whom a server runs that our keeper started.
    private static let users: [[String]] = geteuid() == 0 ? [[], ["--user", "nobody"]] : [[]]

    @Test(arguments: backends, users)
    func keeperThatIsKilledAloneIsReplacedByTheNextStart(_ backend: Backend, _ user: [String]) throws {
        var daemon = try start(backend, user)
        let client = try holder(of: daemon)
        for number in 1...3 {
            let server = try daemon.serverPid
            daemon.signal(SIGKILL)
            #expect(try daemon.waitUntilEnded() == .killed(signal: SIGKILL))
            try eventually { daemon.log.contains("the keeper, PID \(daemon.pid), has ended: serving on") }
            // The server has no keeper, and no client notices that.
            #expect(try client.read() == UInt8(ascii: "+"))
            #expect(try daemon.connect().ask(.ping).isDone)
            try client.write(UInt8(ascii: "+"))

            let next = try startNext(daemon, backend, user)
            #expect(next.isReady, "\(next.log)")
            #expect(next.log.contains("keeping what the server, PID \(server), had"), "\(next.log)")
            let status = try #require(try next.connect().ask(.status).answer?.status)
            #expect(status.takeovers?.count == number)
            #expect(status.takeovers?.reason == "had lost its keeper")
            try eventually { try next.connect().ask(.status).answer?.status.held == 1 }
            // The socket names the new keeper as its peer.
            #expect(try UnixStream(connectingTo: next.socketPath).peer().pid == next.pid)
            daemon = next
        }
        // The new keeper does everything that a keeper does.
        try replaceServer(daemon)
        #expect(try client.read() == UInt8(ascii: "+"))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
        #expect(try leftovers(daemon) == [])
    }

    /// Who holds tokens lives on, though the next server has no descriptor to see its end.
    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func nextServerWithFewerDescriptorsForgetsNobody() throws {
        let daemon = try start(.fuse, ["--jobs", "40"])
        let stage = try stage(daemon)
        let holders = try (0..<30).map { _ in try stage.player() }
        for holder in holders { try stage.take(1, by: holder) }
        daemon.signal(SIGKILL)
        _ = try daemon.waitUntilEnded()
        let next = try RunningDaemon(
            ["--backend", "fuse", "--dev-name", name, "--jobs", "40"],
            in: daemon.folder,
            name: name,
            before: ["sh", "-c", #"ulimit -n 48; exec "$@""#, "sh"]
        )
        try #require(next.isReady, "\(next.log)")
        #expect(try next.connect().ask(.status).answer?.status.held == 30, "\(next.log)")
        #expect(next.log.contains("more processes hold tokens than there are descriptors"))
        for holder in holders { try stage.kill(holder) }
        try eventually { try next.connect().ask(.status).answer?.status.held == 0 }
        next.signal(SIGTERM)
        #expect(try next.waitUntilEnded() == .exited(0), "\(next.log)")
    }

    @Test(arguments: backends)
    func serverThatHasAKeeperIsNotTakenFromIt(_ backend: Backend) throws {
        let daemon = try start(backend)
        let server = try daemon.serverPid
        let second = try startNext(daemon, backend)
        #expect(try second.waitUntilEnded() == .exited(1))
        #expect(second.log.contains("another steve, PID \(daemon.pid), serves"), "\(second.log)")
        // Nor does a wrapper's daemon, which ends with its users, take the server of a service, which would
        // not.
        daemon.signal(SIGKILL)
        _ = try daemon.waitUntilEnded()
        let wrappers = try startNext(daemon, backend, ["--end-with-users"])
        #expect(try wrappers.waitUntilEnded() == .exited(1))
        // The message names no process that has ended.
        let why = String(try #require(wrappers.log.split(separator: "\n").last))
        #expect(
            why.hasPrefix("steve: a server whose keeper was killed serves /dev/\(name) already"),
            "\(why)"
        )
        #expect(why.contains("(end it by kill \(server), or give --dev-name)"), "\(why)")
        // Nor does a keeper whose settings could not be served.
        let hopeless = try startNext(daemon, backend, ["--control-group", "no-such-group"])
        #expect(try hopeless.waitUntilEnded() == .exited(1))
        #expect(hopeless.log.contains("there is no group no-such-group"))
        #expect(try daemon.connect().ask(.ping).isDone)
        // A keeper removes what the server may not.
        let next = try startNext(daemon, backend)
        #expect(next.isReady, "\(next.log)")
        #expect(next.log.contains("keeping what the server, PID \(server), had"), "\(next.log)")
        next.signal(SIGTERM)
        #expect(try next.waitUntilEnded() == .exited(0))
        #expect(try leftovers(daemon) == [])
    }

    private static let hasTimeNamespaces =
        geteuid() == 0 && (try? linkTarget("/proc/self/ns/time_for_children")) != nil

    /// Processes have other start times there: those who hold tokens would seem dead.
    @Test(
        .enabled(if: hasTimeNamespaces, "needs root and time namespaces (CONFIG_TIME_NS)"),
        arguments: backends
    )
    func serverOfAnotherTimeNamespaceIsLeftAlone(_ backend: Backend) throws {
        let daemon = try start(backend)
        let server = try daemon.serverPid
        daemon.signal(SIGKILL)
        _ = try daemon.waitUntilEnded()
        let stranger = try RunningDaemon(
            ["--backend", backend.rawValue, "--dev-name", name],
            in: daemon.folder,
            name: name,
            // The shell: some kernels take only children of who has asked there.
            before: ["unshare", "--time", "--boottime", "100000", "sh", "-c", #""$@"; exit $?"#, "sh"]
        )
        #expect(try stranger.waitUntilEnded() == .exited(1))
        #expect(stranger.log.contains("a server whose keeper was killed serves"), "\(stranger.log)")
        #expect(try daemon.connect().ask(.ping).isDone)
        // A keeper removes what the server may not.
        let next = try startNext(daemon, backend)
        #expect(next.isReady, "\(next.log)")
        #expect(next.log.contains("keeping what the server, PID \(server), had"), "\(next.log)")
        next.signal(SIGTERM)
        #expect(try next.waitUntilEnded() == .exited(0))
        #expect(try leftovers(daemon) == [])
    }

    @Test(arguments: backends)
    func keeperAndServerThatAreKilledTogetherLeaveRoomForOthers(_ backend: Backend) throws {
        let daemon = try start(backend)
        try daemon.killAll()
        #expect(try daemon.waitUntilEnded() == .killed(signal: SIGKILL))
        let next = try startNext(daemon, backend)
        #expect(next.isReady, "\(next.log)")
        #expect(try next.connect().ask(.status).answer?.status.takeovers == nil)
    }

    /// How many signalfds a process has: a server must not have its keeper's.
    private func signalFiles(of pid: Int32) throws -> Int {
        let folder = "/proc/\(pid)/fd"
        return try entries(ofDirectory: folder).count { number in
            (try? linkTarget("\(folder)/\(number)"))?.contains("[signalfd]") == true
        }
    }

    /// What a daemon has left besides its locks and its messages.
    private func leftovers(_ daemon: RunningDaemon) throws -> [String] {
        try entries(ofDirectory: daemon.folder.path).filter {
            !$0.hasPrefix("daemon.") && !$0.hasSuffix(".lock")
        }
    }

    /// The number of the descriptor that reported readiness soon belongs to another file: the next server
    /// once closed its pipe there, then its signalfd.
    @Test(arguments: backends)
    func endThatWasAskedForIsNoDeath(_ backend: Backend) throws {
        let lowest = ["sh", "-c", #"exec 3>&9 9>&-; exec "$@""#, "sh"]
        let words = ["--backend", backend.rawValue, "--dev-name", name, "--ready-fd", "3"]
        let daemon = try RunningDaemon(words, name: name, before: lowest)
        try #require(daemon.isReady, "\(daemon.log)")
        try #expect(signalFiles(of: daemon.serverPid) == 1)
        try replaceServer(daemon)
        try #expect(signalFiles(of: daemon.serverPid) == 1)
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    /// A client that holds a token.
    private func holder(of daemon: RunningDaemon) throws -> ByteFile {
        let client = try ByteFile(try daemon.connect().greeting.path, waiting: false)
        #expect(try client.read() == UInt8(ascii: "+"))
        return client
    }

    /// Runs Tests/vm/storm, which kills the server every 20 ms.
    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func noClientOfAStormNotices() throws {
        let folder = try TemporaryFolder()
        let storm = folder.path("storm")
        let source = #filePath.replacing("SteveDaemonTests/TakeOverTests.swift", with: "vm/storm/storm.c")
        #expect(
            try waitForEnd(Program(["cc", "-O2", "-pthread", "-o", storm, source]).start()) == .exited(0)
        )
        let daemon = try start(.fuse, ["--jobs", "8"])
        let device = try daemon.connect().greeting.path
        let seed = "\(MonotonicClock.nowNanoseconds)"
        let end = try waitForEnd(
            Program([
                storm, "--seed", seed, "--slow", "5", "--keeper", "\(daemon.pid)", device, "8", "30", "6",
            ]).start()
        )
        #expect(end == .exited(0), "seed \(seed): \(daemon.log.suffix(2000))")
        let status = try #require(try daemon.connect().ask(.status).answer?.status)
        #expect((status.free, status.held, status.lent) == (8, 0, 0))
    }
}
