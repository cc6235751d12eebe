internal import Testing

@testable import Reports
@testable import Wire

@Suite struct StatusTableTests {
    private var busy: StatusReport {
        var report = StatusReport(path: "/dev/steve", backend: .cuse, limit: 32)
        report.version = "1.2.3"
        report.free = -1
        report.held = 33
        report.waiting = 2
        report.uptime = 7_384
        report.load = .init(oneMinute: 33.1, limit: 32)
        report.memory = .init(available: 23_961.6, limit: 512)
        report.gate = .init(open: false, rule: "load", text: "held back by load: 33.1, limit 32")
        report.limits = [.init(pid: 8, command: "emerge", since: 3, values: ["ramp": "2", "jobs": "5"])]
        report.totals.granted = 100
        report.holders = [
            .init(pid: 12345, command: "make -C src", tokens: 31, since: 62, build: "dev-qt/qtbase-6.9.0"),
            .init(pid: 7, command: "cargo\u{1B}[2J\nbuild", tokens: 2, since: 0.44, build: "session 7"),
            .init(pid: 12399, command: "make", tokens: 1, since: 2, build: "dev-qt/qtbase-6.9.0"),
        ]
        report.waiters = [
            .init(pid: 9, command: "ninja", requests: 1, since: 300_000, kind: .poll, build: "app/x-1"),
            .init(pid: 7, command: "cargo", requests: 3, since: 1, kind: .read, build: "session 7"),
        ]
        report.builds = StatusReport.builds(report.holders, report.waiters)
        report.users = [.init(pid: 12345, command: "make -C src", slot: true)]
        return report
    }

    @Test func aRowIsABuild() {
        #expect(
            StatusTable(busy, width: 120).text == """
                device /dev/steve (cuse), steve 1.2.3, up 2h 03m
                tokens limit 32, free -1, held 33, reserved 0, lent 0, waiting 2
                gate   held back by load: 33.1, limit 32
                load   33.1, limit 32
                memory 23.4 GiB available, floor 512 MiB
                limit  jobs 5, ramp 2 while PID 8 lives (emerge), for 3.0s
                totals granted 100, returned 0, reclaimed 0, lent 0, bytes dropped 0

                TOKENS  OLDEST  WAITING   SINCE  BUILD
                    32  1m 02s        0       -  dev-qt/qtbase-6.9.0
                     2    0.4s        1    1.0s  session 7
                     0       -        1  3d 11h  app/x-1

                """
        )
    }

    @Test func theFleetsPoolIsALine() {
        var fleet = StatusReport(path: "/dev/fleet", backend: .cuse, limit: 8)
        fleet.held = 3
        #expect(
            StatusTable(busy, fleet: fleet, width: 120).text.contains(
                "\nfleet  3 of 8 jobs elsewhere (/dev/fleet)\n"
            )
        )
        #expect(!StatusTable(fleet, fleet: fleet, width: 120).text.contains("fleet  "))
    }

    /// Jobs that run on another machine are in a column of their own, beside the process that lends for them.
    @Test func jobsElsewhereAreSeen() {
        var report = busy
        report.lent = 2
        report.lenders = [
            .init(pid: 44, command: "steve-cc gcc -c a.c", build: "session 7"),
            .init(pid: 45, command: "steve-cc gcc -c b.c", build: "away"),
        ]
        report.builds = StatusReport.builds(report.holders, report.waiters, report.lenders)
        #expect(
            StatusTable(report, width: 120, isVerbose: true).text.contains(
                """

                TOKENS  OLDEST  ELSEWHERE  WAITING   SINCE  BUILD
                    32  1m 02s          0        0       -  dev-qt/qtbase-6.9.0
                    31  1m 02s                                12345 make -C src
                     1    2.0s                                12399 make
                     2    0.4s          1        1    1.0s  session 7
                     2    0.4s                                7 cargo?[2J?build
                                        1                     44 steve-cc gcc -c a.c
                                                 3    1.0s    7 cargo (read)
                     0       -          0        1  3d 11h  app/x-1
                                                 1  3d 11h    9 ninja (poll)
                     0       -          1        0       -  away
                                        1                     45 steve-cc gcc -c b.c
                """
            )
        )
    }

    @Test func verboseHasTheProcessesUnderTheirBuilds() {
        #expect(
            StatusTable(busy, width: 120, isVerbose: true).text.hasSuffix(
                """

                TOKENS  OLDEST  WAITING   SINCE  BUILD
                    32  1m 02s        0       -  dev-qt/qtbase-6.9.0
                    31  1m 02s                     12345 make -C src
                     1    2.0s                     12399 make
                     2    0.4s        1    1.0s  session 7
                     2    0.4s                     7 cargo?[2J?build
                                      3    1.0s    7 cargo (read)
                     0       -        1  3d 11h  app/x-1
                                      1  3d 11h    9 ninja (poll)

                  PID  SLOT       USER
                12345  one token  make -C src

                """
            )
        )
    }

    @Test func whatHoldsBackStandsOut() {
        let lines = StatusTable(busy, inColour: true).text.split(separator: "\n")
        #expect(lines.contains("\u{1B}[33mgate   held back by load: 33.1, limit 32\u{1B}[0m"))
        #expect(lines.contains("\u{1B}[33m     0       -        1  3d 11h  app/x-1\u{1B}[0m"))
        #expect(lines.contains("load   33.1, limit 32"))
    }

    @Test(arguments: [
        (0.0, 0.0, "p50 0s, p99 0s"), (0.000_002, 1.2345, "p50 <1ms, p99 1.235s"),
        (0.25, 62, "p50 0.25s, p99 1m 02s"),
    ])
    func waitsAreToldWhereTheyAreKnown(half: Double, most: Double, text: String) {
        var report = busy
        #expect(!StatusTable(report).text.contains("p50"))
        report.statistics.waitP50 = half
        report.statistics.waitP99 = most
        #expect(StatusTable(report).text.contains(", bytes dropped 0, waits \(text)\n"))
    }

    @Test(arguments: [20, 40])
    func noLineIsWiderThanTheTerminal(width: Int) {
        let lines = StatusTable(busy, width: width, isVerbose: true).text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines.contains { $0.hasSuffix("…") })
    }

    @Test func aPipeSaysThatItDoesNotKnowItsHolders() {
        let report = StatusReport(path: "/dev/steve", backend: .fifo, limit: 4)
        #expect(StatusTable(report).text.contains("holders not known"))
        #expect(!StatusTable(StatusReport(path: "/d", backend: .cuse, limit: 4)).text.contains("holders"))
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
    func absurdNumbersAreShownAndNotTrapped(value: Double) {
        var report = busy
        report.uptime = value
        report.load = .init(oneMinute: value, limit: value)
        report.memory = .init(available: value, limit: value)
        report.holders[0].since = value
        report.builds = StatusReport.builds(report.holders, report.waiters)
        #expect(!StatusTable(report, width: 80).text.isEmpty)
    }
}
