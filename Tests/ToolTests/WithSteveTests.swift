internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing
internal import Wire

/// The command under with-steve: its process, its words, its environment.
@Suite(.serialized) struct WithSteveTests {
    private let shop: Workshop
    private var ours: String { " --jobserver-auth=fifo:\(shop.path)" }

    init() throws { shop = try Workshop() }

    @Test func theCommandIsTheSameProcessAndItsStatusIsItsOwn() throws {
        let running = try shop.start(shop.wrapped([], ["sh", "-c", "echo $$; exit 7"]))
        let outcome = try shop.wait(running)
        #expect(outcome.output == "\(running.pid)\n")
        #expect(outcome.end == .exited(7))
    }

    @Test func itsSignalsAreItsOwn() throws {
        let running = try shop.start(shop.wrapped([], ["sh", "-c", "echo up; exec sleep 60"]))
        #expect(shop.eventually { (try? shop.read("\(running.label).out")) == "up\n" })
        #expect(kill(running.pid, SIGTERM) == 0)
        #expect(try shop.wait(running).end == .killed(signal: SIGTERM))
    }

    @Test func itsTerminalIsItsOwn() throws {
        let inner =
            "test -t 0 && test -t 1 && stty size >/dev/null && echo terminal; trap 'echo caught; exit 9' INT; "
            + "echo up; sleep 60 & wait $!; wait"
        let wrapped = try shop.wrapped(["--log", shop.folder.path("log")], ["sh", "-c", inner])
        let line = wrapped.map {
            "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
        }
        try shop.folder.write("exec " + line.joined(separator: " "), to: "line.sh")
        let out = shop.folder.path("typescript")
        // The test types Control-C after the command has said that it is up, and after a pause in which its
        // shell begins to wait.
        let script =
            "{ until grep -q up '\(out)'; do sleep 0.05; done; sleep 0.3; printf '\\003'; sleep 1; } "
            + "| script -qefc 'exec sh \(shop.folder.path("line.sh"))' '\(out)'"
        let outcome = try shop.run(["sh", "-c", script])
        #expect(outcome.end == .exited(9))
        let text = try shop.read("typescript")
        #expect(text.contains("terminal"))
        #expect(text.contains("caught"))
    }

    @Test func theEnvironmentNamesAJobserverThatExists() throws {
        let script = "echo \"$MAKEFLAGS|$CARGO_MAKEFLAGS\"; test -p \"${CARGO_MAKEFLAGS#*fifo:}\""
        let outcome = try shop.wrap([], ["sh", "-c", script], environment: ["MAKEFLAGS": "ks -j9"])
        #expect(outcome.output == "\(ours) -ks|\(ours)\n")
        #expect(outcome.end == .exited(0))
    }

    @Test func wordsArriveByteForByte() throws {
        let command = try shop.wrapped([], ["printf", "%s|"]).map { Array($0.utf8) }
        let running = try shop.start(words: command + [[0xFF, 0xC3], [], Array("--".utf8)])
        #expect(try waitForEnd(running.pid) == .exited(0))
        let output = try readWhole(shop.folder.path("\(running.label).out"), limit: 64)
        #expect(output == [0xFF, 0xC3] + Array("||--|".utf8))
    }

    @Test func aCommandMayFollowWithoutDashes() throws {
        let program = try Workshop.program("with-steve")
        let words = [
            program, "--dev-name=\(shop.device)", "--backend=fifo", "echo", "--help", "-j8", "--", "x",
        ]
        #expect(try shop.run(words).output == "--help -j8 -- x\n")
    }

    @Test func inputReachesTheCommand() throws {
        let words = try shop.wrapped([], ["cat"])
        let outcome = try shop.run(["sh", "-c", "echo typed | \"$@\"", "sh"] + words)
        #expect(outcome.output == "typed\n")
    }

    @Test(.needsMake) func jobsAreTakenOffMakesCommandLineAndSaidSo() throws {
        let makefile = try shop.folder.write("all:\n\t@echo \"$(MAKEFLAGS)\"\n", to: "Makefile")
        let outcome = try shop.wrap([], ["make", "-sj8", "-f", makefile])
        #expect(outcome.output == "s\(ours)\n")
        #expect(outcome.errors.contains("with-steve: -j8 taken off the command line of make: "))
        let kept = try shop.wrap(["--keep-j"], ["make", "-sj8", "-f", makefile])
        #expect(kept.output.contains("-j8"))
        #expect(!kept.errors.contains("taken off"))
    }

    @Test func aNinjaThatKnowsNoJobserverIsWarnedAbout() throws {
        try shop.folder.write("#!/bin/sh\n[ \"$1\" = --version ] && echo 1.12.1 || echo built\n", to: "ninja")
        _ = try shop.run(["chmod", "+x", shop.folder.path("ninja")])
        let outcome = try shop.wrap([], ["ninja", "-j8"], environment: inPath)
        #expect(outcome.output == "built\n")
        #expect(outcome.errors.contains("with-steve: ninja 1.12.1 knows no jobserver"))
    }

    @Test func aMakeThatEndsWithAnErrorIsWarnedAbout() throws {
        try shop.folder.write(
            "#!/bin/sh\n[ \"$1\" = --version ] && echo GNU Make 4.3 || echo ended\n",
            to: "make"
        )
        _ = try shop.run(["chmod", "+x", shop.folder.path("make")])
        let outcome = try shop.wrap([], ["make"], environment: inPath)
        #expect(outcome.output == "ended\n")
        #expect(outcome.errors.contains("with-steve: make 4.3 knows no fifo: in MAKEFLAGS"))
        // A path may name a project's own make, which would build whatever it is told; with-steve does not
        // run it to ask.
        let own = try shop.wrap([], [shop.folder.path("make"), "x"])
        #expect(own.output == "ended\n")
        #expect(!own.errors.contains("4.3"))
    }

    /// A PATH that begins with this test's folder.
    private var inPath: [String: String] {
        ["PATH": "\(shop.folder.path):\(Environment.current["PATH"] ?? "/usr/bin:/bin")"]
    }

    /// Runs an emerge that says it is this Portage; returns what it gets.
    private func emerge(_ version: String, behind front: [String] = [], _ more: [String: String] = [:]) throws
        -> Workshop.Outcome
    {
        let script = """
            #!/bin/sh
            [ "$1" != --version ] || { echo "Portage \(version) (python 3.13.5-final-0)"; echo >&2 noise; exit; }
            echo "$FEATURES|$SANDBOX_WRITE|$MAKEOPTS|$MAKEFLAGS"

            """
        try shop.folder.write(script, to: "emerge")
        _ = try shop.run(["chmod", "+x", shop.folder.path("emerge")])
        return try shop.wrap(
            ["--jobs", "3"],
            front + [shop.folder.path("emerge"), "x"],
            environment: inPath.merging(["PORTAGE_CONFIGROOT": shop.folder.path]) { $1 }.merging(more) { $1 }
        )
    }

    @Test(arguments: [[], ["nice"], ["env", "-i"], ["sudo", "-n"]])
    func emergeFindsWhatItNeedsInItsEnvironment(front: [String]) throws {
        if front.first == "sudo" {
            guard geteuid() == 0, try shop.run(["sh", "-c", "command -v sudo"]).end == .exited(0) else {
                return print("skipped: sudo asks for a password, or is not there")
            }
        }
        let outcome = try emerge("3.0.82", behind: front)
        #expect(outcome.output == "jobserver-token|\(shop.path)|-j3|\(ours)\n", "\(outcome.errors)")
        #expect(outcome.errors.contains("with-steve: FEATURES gains jobserver-token, SANDBOX_WRITE gains "))
        #expect(!outcome.errors.contains("noise"))
    }

    @Test func whatAnOlderEmergeDoesNotKnowAndWhatMakeConfSaysIsLeft() throws {
        for folder in ["etc", "etc/portage"] { try makeDirectory(shop.folder.path(folder), mode: 0o755) }
        try shop.folder.write("MAKEOPTS=-j7\n", to: "etc/portage/make.conf")
        let outcome = try emerge("3.0.70", ["FEATURES": "nodoc"])
        #expect(outcome.output == "nodoc|\(shop.path)||\(ours)\n")
    }

    @Test func variablesThatAreNoUTF8ArriveByteForByte() throws {
        let words = try shop.wrapped(
            [],
            ["sh", "-c", "printf %s \"$MAKEFLAGS\" | od -An -tx1 | tr -d ' \\n'"]
        )
        let script = "MAKEFLAGS=$(printf -- '-k -I\\377\\303') exec \"$@\""
        let outcome = try shop.run(["sh", "-c", script, "sh"] + words)
        #expect(outcome.output.hasSuffix("202d6b202d49ffc3"), "\(outcome.output)")
    }

    @Test func theEnvironmentCanBeEvaluatedByAShell() throws {
        let words = try shop.wrapped(["--print-environment", "--linger", "20"], []).dropLast()
        let script = "eval \"$(\"$@\")\"; printf '%s|' \"$MAKEFLAGS\" \"$CARGO_MAKEFLAGS\" \"$NINJAOPTS\""
        let environment = ["MAKEFLAGS": "-- A=it\\'s\\ $$x", "NINJAOPTS": "-v -j4"]
        let outcome = try shop.run(["sh", "-c", script, "sh"] + words, environment: environment)
        #expect(outcome.output == "\(ours) -- A=it\\'s\\ $$x|\(ours)|-v|")
        #expect(try shop.status()?.users.isEmpty == true)
    }
}
