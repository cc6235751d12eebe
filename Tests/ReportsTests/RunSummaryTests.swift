import Testing

@testable import Reports
@testable import Wire

@Suite struct RunSummaryTests {
    private var busy: StatusReport {
        var report = StatusReport(path: "/dev/steve", backend: .cuse, limit: 32)
        report.uptime = 7_384.2
        report.totals.reclaimed = 3
        report.statistics.peak = 32
        report.statistics.mean = 27.26
        report.statistics.atLimitShare = 0.614
        report.statistics.waitP50 = 0
        report.statistics.waitP99 = 0.524_288
        report.statistics.heldBack = ["jobs": 7.5, "load": 12.04, "memory": 1]
        return report
    }

    @Test func itIsOneParagraph() {
        let summary = RunSummary(seconds: 83.4, report: busy, isOwn: true, restarts: 0)
        #expect(
            summary.text == "took 83 s; tokens out: peak 32 of 32, mean 27.3; at the limit 61 % of the time; "
                + "waits: p50 0 s, p99 0.52 s; reclaimed from dead processes: 3; "
                + "held back longest by: load, 12 s; daemon restarts: 0"
        )
    }

    @Test func figuresOfALongerTimeSaySo() {
        let text = RunSummary(seconds: 0.01, report: busy, isOwn: false, restarts: 1).text
        #expect(text.hasPrefix("took 10 ms; in the daemon's 7384 s tokens out: peak 32"))
        #expect(text.hasSuffix("; daemon restarts: 1"))
    }

    @Test func whatIsNotKnownIsNotInvented() {
        let pipe = StatusReport(path: "/dev/steve", backend: .fifo, limit: 4)
        let text = RunSummary(seconds: 1, report: pipe, isOwn: true, restarts: 0).text
        #expect(text.contains("; waits: not known on a named pipe;"))
        #expect(text.contains("; held back longest by: nothing;"))
        let gone = RunSummary(seconds: 1, report: nil, isOwn: true, restarts: 2).text
        #expect(gone == "took 1 s; no daemon to ask; daemon restarts: 2")
    }

    @Test(arguments: [Double.nan, .infinity, -1, 1e300])
    func absurdNumbersAreShownAndNotTrapped(value: Double) {
        var report = busy
        report.statistics.mean = value
        report.statistics.atLimitShare = value
        #expect(!RunSummary(seconds: value, report: report, isOwn: false, restarts: 0).text.isEmpty)
    }
}
