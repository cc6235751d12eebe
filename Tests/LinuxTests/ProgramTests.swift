internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct ProgramTests {
    /// Runs the program; returns its standard output and how it ended.
    private func run(
        _ program: Program,
        inheriting inherited: [CInt] = []
    ) throws -> (output: [UInt8], end: ProcessEnd) {
        let folder = try TemporaryFolder()
        let file = try FileDescriptor.open(
            FilePath(folder.path("output")),
            .readWrite,
            options: [.create, .closeOnExec],
            permissions: .ownerReadWrite
        )
        defer { try? file.close() }
        let pid = try program.start(inheriting: inherited, output: file.rawValue)
        let end = try waitForEnd(pid)
        return (try readWhole(folder.path("output"), limit: 4096), end)
    }

    @Test func argumentsAndEnvironmentArriveAsTheyAre() throws {
        let script = "printf '%s|' \"$@\" \"$NAME\" \"$HOME\""
        let program = Program(["sh", "-c", script, "sh", "a b", "", "$x\n"], environment: ["NAME=caf\u{e9}"])
        let (output, end) = try run(program)
        #expect(String(decoding: output, as: UTF8.self) == "a b||$x\n|caf\u{e9}||")
        #expect(end == .exited(0))
    }

    @Test func wordsNeedNotBeUTF8() throws {
        let program = Program(words: [Array("printf".utf8), Array("%s".utf8), [0xFF, 0xC3, 0x41]])
        #expect(try run(program).output == [0xFF, 0xC3, 0x41])
    }

    @Test func theOwnEnvironmentIsTheDefault() throws {
        let (output, _) = try run(Program(["sh", "-c", "printf %s \"$PATH\""]))
        // Safe: nobody changes the environment of the tests.
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) }
        #expect(String(decoding: output, as: UTF8.self) == path)
    }

    @Test func theOwnWordsAreTheCommandLine() {
        let words = Program.ownWords.map { String(decoding: $0, as: UTF8.self) }
        #expect(words == CommandLine.arguments)
    }

    @Test func inputComesFromNowhere() throws {
        let (output, _) = try run(Program(["readlink", "/proc/self/fd/0"]))
        #expect(String(decoding: output, as: UTF8.self) == "/dev/null\n")
    }

    @Test func onlyChosenDescriptorsAreInherited() throws {
        let folder = try TemporaryFolder()
        let pipe = try NamedPipe(makingAt: folder.path("pipe"), mode: 0o600)
        let program = Program(["sh", "-c", "test -p /proc/self/fd/\(pipe.raw)"])
        #expect(try run(program, inheriting: [pipe.raw]).end == .exited(0))
        #expect(try run(program).end == .exited(1))
    }

    @Test func anOwnSessionIsOne() throws {
        let pid = try Program(["sleep", "60"]).start(ownSession: true)
        let sibling = try Program(["sleep", "60"]).start()
        #expect(try ProcFS.stat(of: pid).session == pid)
        #expect(try ProcFS.stat(of: sibling).session == getsid(0))
        for process in [pid, sibling] {
            try ProcessDescriptor(process).signal(SIGKILL)
            try waitForEnd(process)
        }
    }

    @Test(
        arguments: [
            ("exit 0", .exited(0)), ("exit 200", .exited(200)), ("kill -TERM $$", .killed(signal: SIGTERM)),
        ]
            as [(String, ProcessEnd)]
    )
    func theEndIsTold(script: String, expected: ProcessEnd) throws {
        let end = try waitForEnd(try Program(["sh", "-c", script]).start())
        #expect(end == expected)
    }

    @Test func aShellCountsSignalsFrom128() {
        #expect(ProcessEnd.exited(3).shellStatus == 3)
        #expect(ProcessEnd.killed(signal: SIGINT).shellStatus == 130)
        #expect(ProcessEnd(status: 0x8B) == .killed(signal: SIGSEGV))
    }

    @Test func whatCannotRunIsRefusedWithItsReason() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("#!/bin/sh\n", to: "file")
        #expect(throws: Errno.noSuchFileOrDirectory) { try Program(["steve-no-such-program"]).start() }
        #expect(throws: Errno.permissionDenied) { try Program([file]).start() }
        #expect(throws: Errno.invalidArgument) { try Program(["sh", "-c", "exit\0 1"]).start() }
        #expect(throws: Errno.invalidArgument) { try Program(["true"], environment: ["A=\0"]).start() }
        #expect(throws: Errno.invalidArgument) { try Program([]).start() }
        #expect(throws: Errno.noChildProcess) { try waitForEnd(getpid()) }
    }

    @Test func aChildHasNoBlockedSignals() async {
        await #expect(processExitsWith: .success) {
            let signals = try SignalDescriptor([SIGTERM, SIGUSR1])
            signal(SIGPIPE, SIG_IGN)
            let none =
                "grep -q '^SigBlk:.0*$' /proc/self/status && grep -q '^SigIgn:.*[02468ace]...$' /proc/self/status"
            let end = try waitForEnd(try Program(["sh", "-c", none]).start())
            #expect(end == .exited(0), "\(end)")
            _ = signals.next()
        }
    }

    @Test func aProcessCanBecomeAProgram() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let signals = try SignalDescriptor([SIGTERM])
            let missing = Program(["steve-no-such-program"]).replaceThisProcess()
            #expect(missing == .noSuchFileOrDirectory)
            // The signal is still blocked after the failure, so it does not end us.
            raise(SIGTERM)
            let waiting = signals.next()
            #expect(waiting == SIGTERM)
            let script = "grep -q '^SigBlk:.0*$' /proc/self/status && test \"$A$HOME\" = b && exit 7"
            _ = Program(["sh", "-c", script], environment: ["A=b"]).replaceThisProcess()
        }
    }
}
