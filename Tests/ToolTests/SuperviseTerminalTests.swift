internal import Linux
internal import TestKit
internal import Testing

/// with-steve as the command's parent on a terminal: who reads from it, and who gets the signals of its keys.
@Suite(.serialized) struct SuperviseTerminalTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    /// A wrapped shell script, quoted as words of a shell's command line.
    private func supervised(_ script: String) throws -> String {
        let words = try shop.wrapped(
            ["--supervise", "--log", shop.folder.path("log")],
            ["sh", "-c", script]
        )
        return words.map {
            "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
        }.joined(separator: " ")
    }

    /// Runs shell lines on a terminal of their own, and types each text once the terminal has shown its cue.
    private func onTerminal(
        _ lines: [String],
        typing: [(cue: String, text: String)]
    ) throws -> (end: ProcessEnd, text: String) {
        try shop.folder.write(lines.joined(separator: "\n"), to: "lines.sh")
        let out = shop.folder.path("typescript")
        let typed = typing.map { cue, text in
            "until grep -q '\(cue)' '\(out)'; do sleep 0.05; done; sleep 0.3; printf '\(text)'; "
        }
        let script =
            "exec 2>/dev/null; { \(typed.joined())sleep 1; } "
            + "| timeout 30 script -qefc 'exec sh \(shop.folder.path("lines.sh"))' '\(out)' >/dev/null"
        return (try shop.run(["sh", "-c", script]).end, try shop.read("typescript"))
    }

    @Test func controlCReachesTheCommandAlone() throws {
        let script = "trap 'echo caught; exit 9' INT; echo u\"\"p; while :; do sleep 0.05; done"
        let (end, _) = try onTerminal(["exec " + supervised(script)], typing: [("up", "\\003")])
        #expect(end == .exited(9))
        #expect(try shop.read("typescript").contains("caught"))
    }

    @Test func aStoppedCommandStopsItsWrapperAndReadsOnInTheForeground() throws {
        let lines = [
            "set -m", try supervised("echo u\"\"p; read word; echo \"got $word\"; exit 4"),
            "echo stopped $?", "fg", "exit $?",
        ]
        let (end, text) = try onTerminal(lines, typing: [("up", "\\032"), ("stopped 147", "word\\n")])
        #expect(text.contains("got word"), "\(text)")
        #expect(end == .exited(4))
    }

    @Test func inAPipelineTheCommandGetsTheTerminalWhenItReads() throws {
        let lines = [
            "set -m",
            try supervised("echo u\"\"p; read word; echo \"got $word\"") + " | cat",
            "echo over; read word; echo \"shell got $word\"; exit 5",
        ]
        let (end, text) = try onTerminal(lines, typing: [("up", "one\\n"), ("over", "two\\n")])
        #expect(text.contains("got one"), "\(text)")
        // The shell has its terminal back.
        #expect(text.contains("shell got two"))
        #expect(end == .exited(5))
    }

    @Test func whereNoShellWouldContinueItAStopIsNone() throws {
        let lines = ["exec " + (try supervised("echo u\"\"p; sleep 1; echo went on; exit 6"))]
        let (end, text) = try onTerminal(lines, typing: [("up", "\\032")])
        #expect(text.contains("went on"), "\(text)")
        #expect(end == .exited(6))
    }
}
