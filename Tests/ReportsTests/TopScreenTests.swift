internal import Testing

@testable import Reports
@testable import Wire

@Suite struct TopScreenTests {
    private var busy: StatusReport {
        var report = StatusReport(path: "/dev/steve", backend: .cuse, limit: 12)
        report.version = "1.2.3"
        report.free = 3
        report.held = 8
        report.reserved = 1
        report.waiting = 2
        report.uptime = 75
        report.load = .init(oneMinute: 7.5, limit: 10)
        report.memory = .init(available: 2_048, limit: nil)
        report.holders = [
            .init(pid: 10, command: "make", tokens: 5, since: 62, build: "dev-qt/qtbase-6.9.0"),
            .init(pid: 7, command: "cargo", tokens: 3, since: 0.44, build: "session 7"),
        ]
        report.waiters = [
            .init(pid: 9, command: "ninja", requests: 1, since: 3, kind: .poll, build: "app/x-1"),
            .init(pid: 7, command: "cargo", requests: 3, since: 20, kind: .read, build: "session 7"),
        ]
        report.builds = StatusReport.builds(report.holders, report.waiters)
        return report
    }

    private func text(_ choice: TopChoice = TopChoice(), height: Int = 16, width: Int = 62) -> [String] {
        TopScreen(busy, choice, width: width, height: height).lines.map(\.text)
    }

    private func pressed(_ keys: String) -> TopChoice {
        var choice = TopChoice()
        for key in keys.utf8 { _ = choice.press([key]) }
        return choice
    }

    @Test func theWholeScreen() {
        #expect(
            text() == [
                "/dev/steve (cuse), steve 1.2.3, up 1m 15s", "tokens [aaaaabbbo...]",
                "       8 held of 12, 3 free, 2 waiting, 0 lent", "gate   open",
                "load   7.5, limit 10   memory 2 GiB available, no floor", "",
                "TOKENS  OLDEST  WAITING  SINCE  BUILD",
                "     5  1m 02s        0      -  a dev-qt/qtbase-6.9.0",
                "     3    0.4s        1    20s  b session 7", "     0       -        1   3.0s  c app/x-1",
                "",
                "WAITS  FOR   PID  QUEUE", "  20s  read    7  cargo", " 3.0s  poll    9  ninja", "",
                "q quit  s sort by tokens  / filter  v processes  + - limit",
            ]
        )
    }

    @Test(arguments: 1...20)
    func itIsAsHighAsTheTerminalAndNoWider(height: Int) {
        for width in [1, 10, 40, 200] {
            let lines = text(pressed("v"), height: height, width: width)
            #expect(lines.count == height)
            #expect(lines.allSatisfy { $0.count <= width })
        }
    }

    @Test func whatDoesNotFitIsCounted() {
        let lines = text(height: 10)
        #expect(lines.contains("     5  1m 02s        0      -  a dev-qt/qtbase-6.9.0") == false)
        #expect(lines.contains { $0.hasPrefix("… ") && $0.hasSuffix(" more") })
    }

    @Test func sSorts() {
        func names(_ keys: String) -> [Substring] {
            text(pressed(keys))[7...9].compactMap { $0.split(separator: " ").last }
        }
        #expect(names("") == ["dev-qt/qtbase-6.9.0", "7", "app/x-1"])
        #expect(names("s") == ["7", "app/x-1", "dev-qt/qtbase-6.9.0"])
        #expect(names("ss") == ["app/x-1", "dev-qt/qtbase-6.9.0", "7"])
        #expect(names("sss") == names(""))
    }

    @Test func aFilterIsTypedMendedAndTakenBack() {
        #expect(text(pressed("/x-"))[15] == "show builds with: x-_")
        #expect(text(pressed("/xy\u{7F}-1\r")).contains { $0.hasSuffix("c app/x-1") })
        #expect(!text(pressed("/x-1\r")).contains { $0.hasSuffix("session 7") })
        #expect(!text(pressed("/x-1\r")).contains { $0.hasSuffix("cargo") })
        #expect(pressed("/x-1\r\u{1B}") == TopChoice())
    }

    @Test func keysBecomeActions() {
        var choice = TopChoice()
        #expect(choice.press(Array("+-=q".utf8)) == [1, -1, 1].map { .changeLimit(by: $0) } + [.quit])
        #expect(choice.press([0x1B, 0x5B, 0x41]) == [], "an arrow is no filter and no key")
        #expect(choice.press(Array("/q+".utf8)).isEmpty)
        #expect(choice.filter == "q+")
    }

    @Test(arguments: [(4, "aab."), (12, "aaaaabbbo..."), (100, "aaaaabbbo..."), (0, ""), (-3, "")])
    func theBarFits(width: Int, bar: String) {
        #expect(TokenBar(busy).text(width: width) == bar)
    }

    @Test func whatNobodyIsKnownToHoldIsInTheBarToo() {
        var report = StatusReport(path: "/dev/steve", backend: .fifo, limit: 4)
        report.held = 6
        #expect(TokenBar(report).text(width: 40) == "######")
    }

    @Test func aMessageTakesThePlaceOfTheKeys() {
        let lines = TopScreen(busy, message: "no\u{1B}[2J", width: 40, height: 12).lines
        #expect(lines.last == StyledLine("no?[2J", .warning))
    }
}
