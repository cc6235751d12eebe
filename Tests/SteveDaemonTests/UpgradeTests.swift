import Glibc
import Ledger
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

/// Another program takes the daemon's place, and no client notices.
@Suite(.serialized) struct UpgradeTests {
    private let name = "steve-up-\(getpid())-\(MonotonicClock.nowNanoseconds)"
    private static let backends: [Backend] = RunningDaemon.canServeFile ? [.fifo, .fuse] : [.fifo]

    private func takeovers(_ daemon: RunningDaemon) throws -> Int {
        try daemon.connect().ask(.status).answer?.status.takeovers?.count ?? 0
    }

    /// Puts the built steve at that path as a new file.
    private func replace(_ program: String) throws {
        let script = #"cp "$0" "$1.new" && mv "$1.new" "$1""#
        let copy = Program(["sh", "-c", script, BuiltProgram.path("steve"), program])
        #expect(try waitForEnd(copy.start()) == .exited(0))
    }

    /// A daemon whose program file the test may replace.
    private func upgradable(
        _ backend: Backend,
        _ options: [String] = [],
        in folder: TemporaryFolder? = nil,
        environment: [String: String] = [:]
    ) throws -> (RunningDaemon, program: String) {
        let folder = try folder ?? TemporaryFolder()
        let program = folder.path("program")
        try replace(program)
        let named = options.isEmpty ? ["--dev-name", name] : options
        let options = ["--backend", backend.rawValue, "--jobs", "4"] + named
        let daemon = try RunningDaemon(
            options,
            in: folder,
            name: name,
            environment: environment,
            program: program
        )
        try #require(daemon.isReady, "\(daemon.log)")
        return (daemon, program)
    }

    /// A client that holds a token.
    private func holder(of daemon: RunningDaemon) throws -> ByteFile {
        let client = try ByteFile(try daemon.connect().greeting.path, waiting: false)
        #expect(try client.read() == UInt8(ascii: "+"))
        return client
    }

    @Test(arguments: backends)
    func anotherProgramGoesOn(_ backend: Backend) throws {
        let (daemon, _) = try upgradable(backend)
        let client = try holder(of: daemon)
        for number in 1...3 {
            daemon.signal(SIGUSR2)
            try eventually { (try? takeovers(daemon)) == number }
            #expect(try client.read() == UInt8(ascii: "+"), "\(daemon.log)")
            try client.write(UInt8(ascii: "+"))
        }
        let status = try #require(try daemon.connect().ask(.status).answer?.status)
        #expect(status.takeovers?.reason == "made way for another program")
        try eventually { try daemon.connect().ask(.status).answer?.status.held == 1 }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
        #expect((try? FileStatus(ofPath: daemon.socketPath)) == nil)
    }

    @Test(arguments: backends)
    func programThatCannotGoOnChangesNothing(_ backend: Backend) throws {
        let (daemon, program) = try upgradable(backend)
        let client = try holder(of: daemon)
        let server = try daemon.serverPid
        try removeFile(program)
        daemon.signal(SIGUSR2)
        try eventually { daemon.log.contains("no upgrade: cannot run \(program)") }
        try daemon.folder.write("#!/bin/sh\nexit 3\n", to: "program")
        #expect(try waitForEnd(Program(["chmod", "755", program]).start()) == .exited(0))
        daemon.signal(SIGUSR2)
        let refusal = "no upgrade: asked whether it can go on, \(program) ended with "
        try eventually { daemon.log.contains(refusal + "3") }
        // This program ends with 0 for any words, also for those that it does not know.
        try daemon.folder.write("#!/bin/sh\nexit 0\n", to: "program")
        daemon.signal(SIGUSR2)
        try eventually { daemon.log.contains(refusal + "0") }
        #expect(try daemon.serverPid == server)
        #expect(try client.read() == UInt8(ascii: "+"))
    }

    /// The keeper executes the very file that it asked, not one that has taken its name since.
    @Test(arguments: backends)
    func programThatIsReplacedWhileItIsAskedChangesNothing(_ backend: Backend) throws {
        let (daemon, program) = try upgradable(backend)
        let client = try holder(of: daemon)
        let server = try daemon.serverPid
        try removeFile(program)
        try daemon.folder.write("#!/bin/sh\nexit 3\n", to: "program.other")
        try daemon.folder.write("#!/bin/sh\nmv '\(program).other' '\(program)'\nexit 115\n", to: "program")
        let words = ["chmod", "755", program, program + ".other"]
        #expect(try waitForEnd(Program(words).start()) == .exited(0))
        daemon.signal(SIGUSR2)
        try eventually { daemon.log.contains("\(program) was replaced while it was asked") }
        #expect(try daemon.serverPid == server)
        #expect(try client.read() == UInt8(ascii: "+"))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    /// The hung program hinders nobody, and is not left behind.
    @Test(arguments: backends)
    func programThatHangsWhenItIsAskedIsKilled(_ backend: Backend) throws {
        for patience in ["1200", "30000"] {
            let (daemon, program) = try upgradable(backend, environment: ["_STEVE_PATIENCE_MS": patience])
            let client = try holder(of: daemon)
            let server = try daemon.serverPid
            try removeFile(program)
            try daemon.folder.write("#!/bin/sh\necho $$ > '\(program).pid'\nexec sleep 600\n", to: "program")
            #expect(try waitForEnd(Program(["chmod", "755", program]).start()) == .exited(0))
            daemon.signal(SIGUSR2)
            var trial: Int32?
            try eventually {
                let bytes = (try? readWhole(program + ".pid", limit: 16)) ?? []
                trial = Int32(String(decoding: bytes.dropLast(), as: UTF8.self))
                return trial != nil
            }
            if patience == "1200" {
                try eventually { daemon.log.contains("does not answer whether it can go on: killed") }
                try eventually { daemon.log.contains("no upgrade: asked whether it can go on") }
                #expect(try daemon.serverPid == server)
                #expect(try client.read() == UInt8(ascii: "+"))
            }
            daemon.signal(SIGTERM)
            #expect(try daemon.waitUntilEnded() == .exited(0))
            let pid = try #require(trial)
            try eventually { (try? ProcFS.stat(of: pid)).map { $0.state == "Z" } ?? true }
        }
    }

    /// The daemon's ledger, opened for writing.
    private func ledger(of daemon: RunningDaemon) throws -> CInt {
        let folder = "/proc/\(daemon.pid)/fd"
        for number in try entries(ofDirectory: folder)
        where (try? linkTarget("\(folder)/\(number)"))?.hasPrefix("/memfd:steve") == true {
            return try openReadWrite("\(folder)/\(number)").release()
        }
        throw NeverHappened()
    }

    /// No program could go on from that ledger, not even the former one.
    @Test(arguments: backends)
    func nothingIsUpgradedWhileTheLedgerHasNoRoomForAll(_ backend: Backend) throws {
        let (daemon, _) = try upgradable(backend)
        let client = try holder(of: daemon)
        let server = try daemon.serverPid
        let memory = Descriptor(owning: try ledger(of: daemon))
        for isIncomplete: UInt64 in [1, 0] {
            var word = isIncomplete
            // Safe: the word is on this stack frame.
            let place = off_t(Word.isIncomplete.rawValue * 8)
            #expect(unsafe pwrite(memory.raw, &word, 8, place) == 8)
            daemon.signal(SIGUSR2)
            guard isIncomplete == 1 else { break }
            try eventually { daemon.log.contains("no upgrade: there is more to remember") }
            #expect(try daemon.serverPid == server)
            #expect(try takeovers(daemon) == 0)
            try eventually { daemon.log.contains("the daemon ends if its server does") }
        }
        try eventually { (try? takeovers(daemon)) == 1 }
        #expect(try client.read() == UInt8(ascii: "+"))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    @Test(arguments: backends)
    func programWhoseServerDiesAtOnceIsTakenBack(_ backend: Backend) throws {
        let (daemon, program) = try upgradable(backend)
        let client = try holder(of: daemon)
        // Another file has the name now; the running program's file has no name any more.
        try replace(program)
        daemon.signal(SIGUSR2)
        try eventually { (try? takeovers(daemon)) == 1 }
        Glibc.kill(try daemon.serverPid, SIGSEGV)
        try eventually { (try? takeovers(daemon)) == 2 }
        #expect(daemon.log.contains("going back to the program before"))
        #expect(try linkTarget("/proc/\(daemon.pid)/exe").hasSuffix(" (deleted)"))
        #expect(try client.read() == UInt8(ascii: "+"))
        // The next upgrade all the same looks for a program at the path.
        daemon.signal(SIGUSR2)
        try eventually { (try? takeovers(daemon)) == 3 }
        #expect(try linkTarget("/proc/\(daemon.pid)/exe") == realPath(program))
        #expect(!daemon.log.contains("no upgrade"), "\(daemon.log)")
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    /// The link is what was started, and what an installation of another version changes.
    @Test(arguments: backends)
    func linkThatLeadsToAnotherProgramIsFollowed(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        for number in 1...2 { try replace(folder.path("steve-\(number)")) }
        func link(_ number: Int) throws {
            let words = ["ln", "-sfn", "steve-\(number)", folder.path("link")]
            #expect(try waitForEnd(Program(words).start()) == .exited(0))
        }
        try link(1)
        let options = ["--backend", backend.rawValue, "--dev-name", name]
        let daemon = try RunningDaemon(options, in: folder, name: name, program: folder.path("link"))
        try #require(daemon.isReady, "\(daemon.log)")
        try link(2)
        daemon.signal(SIGUSR2)
        try eventually { (try? takeovers(daemon)) == 1 }
        #expect(try linkTarget("/proc/\(daemon.pid)/exe") == realPath(folder.path("steve-2")))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    /// Twice in a row is no reason to have only a bad program to go back to.
    @Test(arguments: backends)
    func programOfBeforeIsKeptUntilTheNextOneHasProvedItself(_ backend: Backend) throws {
        let (daemon, program) = try upgradable(backend)
        let client = try holder(of: daemon)
        let first = try FileStatus(ofPath: "/proc/\(daemon.pid)/exe", following: true).identity
        for number in 1...2 {
            try replace(program)
            daemon.signal(SIGUSR2)
            try eventually { (try? takeovers(daemon)) == number }
        }
        Glibc.kill(try daemon.serverPid, SIGSEGV)
        try eventually { (try? takeovers(daemon)) == 3 }
        #expect(try FileStatus(ofPath: "/proc/\(daemon.pid)/exe", following: true).identity == first)
        #expect(try client.read() == UInt8(ascii: "+"))
        // Who has gone back keeps no program.
        let files = try entries(ofDirectory: "/proc/\(daemon.pid)/fd").map { number in
            (try? linkTarget("/proc/\(daemon.pid)/fd/\(number)")) ?? ""
        }
        #expect(!files.contains { $0.hasPrefix(program) }, "\(files)")
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    /// The program before reads the same settings: nobody could go back.
    @Test(arguments: backends)
    func settingsThatNoServerCouldBeginWithAreRefused(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        try folder.write("STEVE_DEV_NAME=\(name)\n", to: "settings")
        let (daemon, program) = try upgradable(backend, ["--config", folder.path("settings")], in: folder)
        let client = try holder(of: daemon)
        let server = try daemon.serverPid
        try folder.write("STEVE_DEV_NAME=\(name)\nSTEVE_CONTROL_GROUP=no-such-group\n", to: "settings")
        daemon.signal(SIGUSR2)
        try eventually {
            daemon.log.contains("no upgrade: asked whether it can go on, \(program) ended with 1")
        }
        #expect(daemon.log.contains("there is no group no-such-group"))
        #expect(try daemon.serverPid == server)
        #expect(try client.read() == UInt8(ascii: "+"))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
    }

    /// Told to end at the moment of an upgrade, while clients may still finish.
    @Test(arguments: backends)
    func stopThatComesWithAnUpgradeIsNotLost(_ backend: Backend) throws {
        let words = ["--dev-name", name, "--drain", "60"]
        let (daemon, program) = try upgradable(backend, words)
        let client = try holder(of: daemon)
        // It waits, as this process, until the next program listens; the server has no time to take it.
        let script = """
            #!/bin/sh
            case $* in *check-ledger*) exit 115;; esac
            kill -TERM $$
            exec '\(BuiltProgram.path("steve"))' "$@"

            """
        try removeFile(program)
        try daemon.folder.write(script, to: "program")
        #expect(try waitForEnd(Program(["chmod", "755", program]).start()) == .exited(0))
        daemon.signal(SIGUSR2)
        try eventually { (try? takeovers(daemon)) == 1 || daemon.hasEnded }
        try eventually { daemon.log.contains("granting no more tokens") || daemon.hasEnded }
        #expect(throws: Errno.resourceTemporarilyUnavailable) { _ = try client.read() }
        try client.write(UInt8(ascii: "+"))
        #expect(try daemon.waitUntilEnded() == .exited(0), "\(daemon.log)")
        #expect((try? FileStatus(ofPath: daemon.socketPath)) == nil)
    }

    /// How much of its program a process has in memory, in KiB.
    private func programMemory(_ pid: Int32) throws -> Int {
        let text = String(decoding: try readWhole("/proc/\(pid)/status", limit: 1 << 14), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
    }

    @Test(arguments: backends)
    func keeperOfAnotherProgramTakesNoMoreMemory(_ backend: Backend) throws {
        let (daemon, _) = try upgradable(backend)
        // Its end and the next one's start are in memory then, too.
        Glibc.kill(try daemon.serverPid, SIGKILL)
        try eventually { (try? takeovers(daemon)) == 1 }
        let before = try programMemory(daemon.pid)
        daemon.signal(SIGUSR2)
        try eventually { (try? takeovers(daemon)) == 2 }
        try eventually { try programMemory(daemon.pid) < 2 * before }
    }

    /// The upgraded daemon keeps its place; a name that has come into the settings since belongs to another
    /// daemon.
    @Test(arguments: backends)
    func nameThatTheSettingsGiveByNowIsLeftToWhoHasIt(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let config = folder.path("settings")
        try folder.write("STEVE_DEV_NAME=\(name)\n", to: "settings")
        let (daemon, _) = try upgradable(backend, ["--config", config], in: folder)
        let client = try holder(of: daemon)
        let options = ["--backend", backend.rawValue, "--dev-name", name + "-other"]
        let other = try RunningDaemon(options, in: folder, name: name + "-other")
        #expect(other.isReady, "\(other.log)")
        try folder.write("STEVE_DEV_NAME=\(name)-other\n", to: "settings")
        daemon.signal(SIGUSR2)
        try eventually { (try? takeovers(daemon)) == 1 }
        #expect(daemon.log.contains("dev-name=\(name)-other now: \(name) until a restart"), "\(daemon.log)")
        #expect(try client.read() == UInt8(ascii: "+"))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitUntilEnded() == .exited(0))
        #expect((try? FileStatus(ofPath: daemon.socketPath)) == nil)
        #expect(try other.connect().ask(.ping).isDone)
        other.signal(SIGTERM)
        #expect(try other.waitUntilEnded() == .exited(0))
    }
}
