internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing
internal import Wire

/// with-steve as the command's parent, on the named pipe.
@Suite(.serialized) struct SuperviseTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    private func start(_ script: String, _ options: [String] = ["--supervise"]) throws -> Workshop.Running {
        let options = options + ["--log", shop.folder.path("log")]
        return try shop.start(shop.wrapped(options, ["sh", "-c", script]))
    }

    private func hasSaid(_ text: String, _ running: Workshop.Running) -> Bool {
        shop.eventually { (try? shop.read("\(running.label).out"))?.contains(text) == true }
    }

    @Test func theCommandIsAChildAndItsStatusIsPassedOn() throws {
        let running = try start("echo $PPID; exit 7")
        let outcome = try shop.wait(running)
        #expect(outcome.output == "\(running.pid)\n")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.end == .exited(7))
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func aSignalsDeathIs128AndItsNumber(signal: CInt) throws {
        #expect(try shop.wait(start("kill -\(signal) $$")).end == .exited(128 + signal))
    }

    @Test func whatCannotBeRunIs127Or126() throws {
        let missing = try shop.wrap(["--supervise"], ["/nowhere/x"])
        #expect(missing.end == .exited(127))
        #expect(missing.errors.contains("with-steve: cannot run '/nowhere/x': No such file or directory\n"))
        #expect(try shop.wrap(["--supervise"], ["/etc/passwd"]).end == .exited(126))
    }

    @Test func signalsArePassedOnToTheCommand() throws {
        let names = [
            "INT": SIGINT, "HUP": SIGHUP, "QUIT": SIGQUIT, "USR1": SIGUSR1, "USR2": SIGUSR2,
            "WINCH": SIGWINCH,
        ]
        let traps = names.keys.map { "trap 'echo caught \($0)' \($0)" }.joined(separator: "; ")
        let running = try start("\(traps); trap 'exit 3' TERM; echo up; while :; do sleep 0.05; done")
        #expect(hasSaid("up", running))
        for (name, signal) in names {
            #expect(kill(running.pid, signal) == 0)
            #expect(hasSaid("caught \(name)\n", running), "\(name)")
        }
        #expect(kill(running.pid, SIGTERM) == 0)
        #expect(try shop.wait(running).end == .exited(3))
    }

    @Test func orphansAreAdoptedAndReaped() throws {
        // The shell in the middle ends at once; its child ends a little later.
        let script =
            "sh -c 'sh -c \"sleep 0.3; ps -o ppid= \\$\\$\" & echo $! >orphan'; sleep 1; ps -o stat= $(cat orphan)"
        let running = try start("cd '\(shop.folder.path)'; " + script)
        let outcome = try shop.wait(running)
        // The orphan's parent is with-steve, and with-steve leaves no zombie of it that ps could show.
        #expect(outcome.output.filter { $0 != " " } == "\(running.pid)\n")
    }

    @Test func theTokenIsChargedToTheSupervisor() throws {
        let running = try start("echo up; until test -e '\(shop.folder.path("go"))'; do sleep 0.05; done")
        #expect(hasSaid("up", running))
        let status = try #require(try shop.status())
        #expect(status.users.map(\.pid) == [Int(running.pid)])
        #expect(status.users.map(\.slot) == [true])
        #expect(status.held == 1)
        try shop.folder.write("", to: "go")
        #expect(try shop.wait(running).end == .exited(0))
        #expect(shop.eventually { shop.isQuiet })
    }

    @Test func commandAndSignalsDoNotWaitForADaemonThatDoesNotAnswer() throws {
        let running = try start("trap 'exit 3' TERM; echo up; while :; do sleep 0.05; done")
        #expect(hasSaid("up", running))
        let (daemon, server) = (try #require(shop.daemon), try #require(shop.server))
        try ProcessDescriptor(daemon).signal(SIGSTOP)
        try ProcessDescriptor(server).signal(SIGKILL)
        // By then with-steve has been hung up on, and the socket is there.
        usleep(500_000)
        #expect(kill(running.pid, SIGTERM) == 0)
        let outcome = try shop.wait(running)
        // Its next server, which has no user any more, would stay for some seconds in case one comes.
        try ProcessDescriptor(daemon).signal(SIGTERM)
        try ProcessDescriptor(daemon).signal(SIGCONT)
        #expect(outcome.end == .exited(3))
        // Whoever waits so long that it is said waits too long.
        #expect(!outcome.errors.contains("the daemon died"), "\(outcome.errors)")
        #expect(shop.eventually { shop.isQuiet })
    }

    @Test func aServerThatWasKilledIsCountedAndNothingElse() throws {
        let options = ["--summary", "--jobs", "3"]
        let running = try start(
            "echo up; until test -e '\(shop.folder.path("go"))'; do sleep 0.05; done",
            options
        )
        #expect(hasSaid("up", running))
        let (daemon, server) = (try #require(shop.daemon), try #require(shop.server))
        try ProcessDescriptor(server).signal(SIGKILL)
        #expect(try shop.eventually { try shop.status()?.takeovers?.count == 1 })
        #expect(shop.daemon == daemon)
        let status = try #require(try shop.status())
        #expect(status.limit == 3)
        #expect(status.users.map(\.pid) == [Int(running.pid)])
        #expect(status.users.map(\.slot) == [true])
        try shop.folder.write("", to: "go")
        let outcome = try shop.wait(running)
        #expect(outcome.end == .exited(0))
        let lines = outcome.errors.split(separator: "\n")
        let facts = "; daemon restarts: 0; takeovers from a server that ended: 1"
        #expect(lines.last?.hasSuffix(facts) == true, "\(outcome.errors)")
        #expect(lines.count == 1)
        #expect(shop.eventually { shop.isQuiet })
    }

    @Test func aDaemonOfSomebodyElseIsJoinedAgainWhenItIsBack() throws {
        let words = [try Workshop.program("steve"), "--dev-name", shop.device, "--backend", "fifo"]
        let daemon = try shop.start(words)
        #expect(try shop.eventually { try shop.status() != nil })
        let running = try start("echo up; until test -e '\(shop.folder.path("go"))'; do sleep 0.05; done")
        #expect(hasSaid("up", running))
        try shop.killDaemon()
        _ = try shop.wait(daemon)
        #expect(
            try shop.eventually { try shop.read("\(running.label).err").contains("the daemon has ended") }
        )
        let next = try shop.start(words)
        #expect(try shop.eventually { try shop.status()?.users.map(\.pid) == [Int(running.pid)] })
        try shop.folder.write("", to: "go")
        let outcome = try shop.wait(running)
        #expect(outcome.end == .exited(0))
        #expect(outcome.errors.hasSuffix("with-steve: the daemon is back\n"))
        try ProcessDescriptor(next.pid).signal(SIGTERM)
        #expect(try shop.wait(next).end == .exited(0))
    }

    @Test(.needsMake) func theSummaryTellsOfARealMake() throws {
        let targets = (0..<6).map { "t\($0)" }.joined(separator: " ")
        try shop.folder.write("all: \(targets)\n\(targets):\n\t@sleep 0.8\n", to: "Makefile")
        let options = ["--summary", "--jobs", "3", "--log", shop.folder.path("log")]
        let outcome = try shop.wrap(options, ["make", "-C", shop.folder.path])
        #expect(outcome.end == .exited(0))
        #expect(outcome.errors.hasPrefix("with-steve: took "))
        #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
        for fact in [
            "; tokens out: peak 3 of 3, mean ", "; at the limit ", "; waits: not known on a named pipe;",
            "; reclaimed from dead processes: 0;", "; held back longest by: jobs, ", "; daemon restarts: 0\n",
        ] {
            #expect(outcome.errors.contains(fact), "\(fact) is not in \(outcome.errors)")
        }
    }

    @Test(.enabled(if: getuid() == 0, "needs root: makes a PID namespace"))
    func theFirstProcessOfANamespaceEndsAllOthers() throws {
        let script =
            "echo $$ $PPID; sleep 300 & sh -c 'trap \"echo asked; exit\" TERM; echo up; while :; do sleep 0.05; done' & "
            + "until grep -q up '\(shop.folder.path("out"))'; do sleep 0.05; done; exit 5"
        let words = try shop.wrapped(["--log", shop.folder.path("log")], ["sh", "-c", script])
        let line = "exec unshare --pid --fork --mount-proc \"$@\" >'\(shop.folder.path("out"))'"
        let outcome = try shop.run(["sh", "-c", line, "sh"] + words)
        #expect(outcome.end == .exited(5), "\(outcome.errors)")
        let lines = try shop.read("out").split(separator: "\n")
        // No --supervise is given: with-steve stays, because it is process 1.
        #expect(lines.first?.hasSuffix(" 1") == true)
        #expect(lines.last == "asked")
        // The daemon is one of these processes, and has removed its files.
        #expect(shop.isQuiet)
    }

    @Test(.enabled(if: getuid() == 0, "needs root: makes a PID namespace"))
    func theFirstProcessOfANamespaceCanBeEndedWhileItWaits() throws {
        let holder = try shop.start(shop.wrapped(["--jobs", "1"], ["sleep", "60"]))
        #expect(try shop.eventually { try shop.status()?.users.count == 1 })
        let waiting = try shop.start(
            ["unshare", "--pid", "--fork", "--mount-proc"] + shop.wrapped([], ["true"])
        )
        #expect(try shop.eventually { try shop.status()?.waiters.map(\.kind) == [.slot] })
        let pid = try #require(try shop.status()?.waiters.first?.pid)
        #expect(kill(Int32(pid), SIGTERM) == 0)
        #expect(try shop.wait(waiting).end == .exited(128 + SIGTERM))
        try ProcessDescriptor(holder.pid).signal(SIGKILL)
        _ = try shop.wait(holder)
    }
}
