internal import Testing

@testable import Wire

@Suite struct StatusTableTests {
    private var busy: StatusReport {
        var report = StatusReport(path: "/dev/steve", backend: .cuse, limit: 32)
        report.version = "1.2.3"
        report.free = -1
        report.held = 33
        report.waiting = 1
        report.uptime = 7_384
        report.load = .init(oneMinute: 33.1, limit: 32)
        report.gate = .init(open: false, rule: "load", text: "held back by load: 33.1, limit 32")
        report.totals.granted = 100
        report.holders = [
            .init(pid: 12345, command: "make -C src", tokens: 31, since: 62, build: "dev-qt/qtbase-6.9.0"),
            .init(pid: 7, command: "cargo\u{1B}[2J\nbuild", tokens: 2, since: 0.44),
        ]
        report.waiters = [.init(pid: 9, command: "ninja", requests: 1, since: 300_000, kind: .poll)]
        report.users = [.init(pid: 12345, command: "make -C src", slot: true)]
        return report
    }

    @Test func columnsAreAligned() {
        #expect(
            StatusTable(busy, width: 120).text == """
                device /dev/steve (cuse), steve 1.2.3, up 2h 03m
                tokens limit 32, free -1, held 33, reserved 0, lent 0, waiting 1
                gate   held back by load: 33.1, limit 32
                load   33.1, limit 32
                totals granted 100, returned 0, reclaimed 0, lent 0, bytes dropped 0

                  PID  TOKENS   SINCE  BUILD                COMMAND
                12345      31  1m 02s  dev-qt/qtbase-6.9.0  make -C src
                    7       2    0.4s  -                    cargo?[2J?build

                PID  REQUESTS   SINCE  WAITS  COMMAND
                  9         1  3d 11h  poll   ninja

                  PID  SLOT       USER
                12345  one token  make -C src

                """
        )
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
        let lines = StatusTable(busy, width: width).text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines.contains { $0.hasSuffix("…") })
    }

    @Test func aPipeSaysThatItDoesNotKnowItsHolders() {
        let report = StatusReport(path: "/dev/steve", backend: .fifo, limit: 4)
        #expect(StatusTable(report, width: .max).text.contains("holders not known"))
        #expect(
            !StatusTable(StatusReport(path: "/d", backend: .cuse, limit: 4), width: .max).text.contains(
                "holders"
            )
        )
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
    func absurdNumbersAreShownAndNotTrapped(value: Double) {
        var report = busy
        report.uptime = value
        report.load = .init(oneMinute: value, limit: value)
        report.holders[0].since = value
        #expect(!StatusTable(report, width: 80).text.isEmpty)
    }
}
