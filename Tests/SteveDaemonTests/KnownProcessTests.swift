import Vocabulary
import Glibc
import Jobserver
import Linux
import TestKit
import Testing

@testable import SteveDaemon

@Suite struct KnownProcessTests {
    /// Every status asks for the command; `top` may do so often before a busy machine has executed the
    /// command.
    @Test func aWrapperIsAskedUntilItHasBecomeSomethingElse() throws {
        let folder = try TemporaryFolder()
        let script = "until [ -e $0 ]; do sleep 0.02; done; exec sleep 60"
        let pid = try Program(["sh", "-c", script, folder.path("go")]).start()
        defer {
            kill(pid, SIGKILL)
            _ = try? waitForEnd(pid)
        }
        var pool = TokenPool(limits: Limits(jobs: 1))
        let build = pool.begin()
        let newcomer = Newcomer(
            pid: ProcessID(pid),
            parent: nil,
            user: geteuid(),
            command: "",
            dispatcher: nil,
            identity: nil,
            build: build
        )
        let process = KnownProcess(newcomer, try ProcessDescriptor(pid), pool.account(in: build))
        try eventually { ProcFS.command(of: pid).hasPrefix("sh -c") }
        process.expectExec()
        for _ in 0..<100 { #expect(process.command.hasPrefix("sh -c")) }
        try folder.write("", to: "go")
        try eventually { process.command == "sleep 60" }
    }
}
