internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Wire

/// stevectl top, and status, on a terminal.
@Suite(.serialized, .needs("tmux")) struct TopTests {
    private let steve: RunningSteve
    private let job: Workshop.Running

    init() throws {
        steve = try RunningSteve("fifo", jobs: 6)
        job = try steve.shop.start(steve.words("run", ["sleep", "60"]))
        let steve = steve
        let holds = try steve.shop.eventually { try steve.status().held == 1 }
        #expect(holds)
    }

    private func end() throws {
        try ProcessDescriptor(job.pid).signal(SIGKILL)
        _ = try steve.shop.wait(job)
        try steve.end()
    }

    /// Runs top in a shell, which then says how top ended and whether the terminal is as before.
    private func screen(width: Int = 70, height: Int = 14, _ after: String = "") throws -> TmuxScreen {
        let top = try steve.words("top").joined(separator: " ")
        return try TmuxScreen(
            steve.shop,
            width: width,
            height: height,
            [
                "set -m; before=$(stty -g); echo shell", "\(top); status=$?", after, "echo ended $status",
                "test \"$before\" = \"$(stty -g)\" && echo the same terminal", "read -r _",
            ]
        )
    }

    @Test func theScreenIsWhatTheDaemonSays() throws {
        let screen = try screen(width: 120)
        #expect(try screen.shows { $0.hasPrefix("q quit") })
        let lines = try screen.lines
        try #require(lines.count == 14)
        #expect(lines[0].hasPrefix("\(steve.shop.path) (fifo), steve \(Version.number), up "))
        #expect(
            lines[1...3] == [
                "tokens [a.....]", "       1 held of 6, 5 free, 0 waiting, 0 lent", "gate   open",
            ]
        )
        #expect(lines[4].hasPrefix("load   "))
        #expect(lines[6] == "TOKENS  OLDEST  WAITING  SINCE  BUILD")
        #expect(lines[7].hasPrefix("     1 ") && lines[7].contains("(session "))
        #expect(lines[8...12].allSatisfy { $0.isEmpty })
        #expect(lines[13] == "q quit  s sort by tokens  / filter  v processes  + - limit")
        try end()
    }

    @Test func keysActAndTheSizeIsFollowed() throws {
        let screen = try screen()
        #expect(try screen.shows { $0 == "tokens [a.....]" })
        try screen.press("+")
        #expect(try screen.shows { $0 == "tokens [a......]" })
        try screen.press("-", "-")
        #expect(try screen.shows { $0 == "tokens [a....]" })
        #expect(try steve.status().limit == 5)
        try screen.press("v")
        #expect(try screen.shows { $0.hasSuffix("\(job.pid) sleep 60") })
        try screen.press("/", "n", "o", "n", "e", "Enter")
        #expect(try screen.shows { $0.hasPrefix("q quit") && $0.contains("(none)") })
        #expect(try !screen.lines.contains { $0.hasSuffix("sleep 60") })
        try screen.resize(width: 40, height: 10)
        #expect(try screen.shows { $0.hasPrefix("q quit") && $0.hasSuffix("…") && $0.count == 40 })
        try end()
    }

    @Test(arguments: [("q", 0), ("C-c", 130)])
    func aKeyEndsItAndLeavesTheTerminalAsItWas(key: String, status: Int) throws {
        let screen = try screen()
        #expect(try screen.shows { $0.hasPrefix("q quit") })
        try screen.press(key)
        #expect(try screen.shows { $0 == "the same terminal" })
        #expect(try screen.lines.filter { !$0.isEmpty } == ["shell", "ended \(status)", "the same terminal"])
        try end()
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
    func aSignalEndsItTheSameWay(signal: CInt) throws {
        let screen = try screen()
        #expect(try screen.shows { $0.hasPrefix("q quit") })
        let child = try #require(
            try entries(ofDirectory: "/proc").compactMap { Int32($0) }.first {
                ProcFS.command(of: $0).hasSuffix("stevectl top --device \(steve.shop.device)")
            }
        )
        try ProcessDescriptor(child).signal(signal)
        #expect(try screen.shows { $0 == "the same terminal" })
        #expect(try screen.lines.contains("ended \(128 + signal)"))
        try end()
    }

    @Test func aStopGivesTheTerminalToTheShellAndFgGoesOn() throws {
        let again = "echo stopped $status; test \"$before\" = \"$(stty -g)\" && read -r _ && fg; status=$?"
        let screen = try screen(again)
        #expect(try screen.shows { $0.hasPrefix("q quit") })
        try screen.press("C-z")
        #expect(try screen.shows { $0.hasPrefix("stopped 1") })
        try screen.press("Enter")
        #expect(try screen.shows { $0.hasPrefix("q quit") })
        try screen.press("q")
        #expect(try screen.shows { $0 == "ended 0" })
        #expect(try screen.shows { $0 == "the same terminal" })
        try end()
    }

    @Test func aDaemonThatEndsIsToldOnTheTerminalAsItWas() throws {
        let screen = try screen()
        #expect(try screen.shows { $0.hasPrefix("q quit") })
        try end()
        #expect(try screen.shows { $0 == "ended 69" })
        #expect(try screen.lines.contains { $0.hasPrefix("stevectl: ") })
        #expect(try screen.shows { $0 == "the same terminal" })
    }

    @Test(arguments: [("NO_COLOR=", true), ("NO_COLOR=1", false), ("TERM=dumb", false)])
    func statusIsColouredWhereThatIsWanted(setting: String, isColoured: Bool) throws {
        let status = try steve.words("status").joined(separator: " ")
        let screen = try TmuxScreen(
            steve.shop,
            width: 40,
            height: 14,
            ["\(setting) \(status)", "echo done", "read -r _"]
        )
        #expect(try screen.shows { $0 == "done" })
        #expect(try screen.colours.contains("\u{1B}[") == isColoured)
        #expect(try screen.lines.contains { $0.hasPrefix("tokens limit 6") && $0.hasSuffix("…") })
        try end()
    }

    @Test(arguments: [("q", 0), ("C-c", 130)])
    func aDaemonThatDoesNotAnswerKeepsNobody(key: String, status: Int) throws {
        let screen = try screen()
        #expect(try screen.shows { $0.hasPrefix("q quit") })
        let daemon = try ProcessDescriptor(#require(steve.shop.daemon))
        try daemon.signal(SIGSTOP)
        usleep(700_000)
        try screen.press(key)
        #expect(try screen.shows { $0.hasPrefix("ended ") })
        try daemon.signal(SIGCONT)
        #expect(try screen.lines.contains("ended \(status)"))
        #expect(try screen.shows { $0 == "the same terminal" })
        try end()
    }

    @Test func aTerminalThatCannotPlaceTextIsNone() throws {
        let top = try steve.words("top").joined(separator: " ")
        let lines = ["TERM=dumb \(top); echo ended $?", "read -r _"]
        let screen = try TmuxScreen(steve.shop, width: 80, height: 14, lines)
        #expect(try screen.shows { $0 == "ended 1" })
        #expect(try screen.lines.first == "stevectl: top needs a terminal: use status")
        try end()
    }

    @Test func withoutATerminalItSaysSo() throws {
        let outcome = try steve.ctl("top")
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors == "stevectl: top needs a terminal: use status\n")
        try end()
    }
}
