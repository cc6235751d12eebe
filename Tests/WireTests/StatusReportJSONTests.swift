internal import FoundationEssentials
internal import Testing

@testable import Wire

/// JSON is written by hand, because JSONEncoder takes a millisecond for a status of 200 holders; the text
/// must be the same.
@Suite struct StatusReportJSONTests {
    private func expectSame(_ report: StatusReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        var text = String(decoding: try encoder.encode(report), as: UTF8.self)
        // Controls that steer a terminal, and that JSON allows unescaped.
        for value in Array(0x7F...0x9F as ClosedRange<UInt32>) {
            guard let control = Unicode.Scalar(value) else { continue }
            text = text.unicodeScalars.split(separator: control, omittingEmptySubsequences: false)
                .map { String($0) }.joined(separator: "\\u00\(String(value, radix: 16))")
        }
        #expect(JSONWriter.text(report) == text)
    }

    private var full: StatusReport {
        var report = StatusReport(path: "/dev/steve", backend: .fuse, limit: 4)
        report.free = -3
        report.confinement = .init(calls: true, files: false, text: "files are not bounded: no Landlock")
        report.takeovers = .init(count: 2, since: 1.5, reason: "was killed by signal 9")
        report.gate = .init(open: false, rule: "load", text: "held back")
        report.load.limit = 28.5
        report.memory = .init(available: 0.1, limit: 512)
        report.limits = [.init(pid: 3, command: "emerge", since: 2, values: ["ramp": "2", "jobs": "5"])]
        report.statistics.heldBack = ["memory": 0.25, "jobs": 3]
        report.statistics.waitP50 = 0.000_001
        report.statistics.waitP99 = 12
        report.holders = [.init(pid: 1, command: "make", tokens: 2, since: 1.5, build: "app/x-1")]
        report.holders.append(.init(pid: 2, command: "x", tokens: 1, since: 3))
        report.waiters = [.init(pid: 2, command: "y", requests: 1, since: 9, kind: .retry, build: "z")]
        report.waiters.append(.init(pid: 4, command: "y", requests: 1, since: 9, kind: .read))
        report.lenders = [.init(pid: 9, command: "steve-cc gcc", build: "z"), .init(pid: 8, command: "y")]
        report.builds = StatusReport.builds(report.holders, report.waiters, report.lenders)
        report.users = [.init(pid: 5, command: "sh", slot: true), .init(pid: 6, command: "", slot: false)]
        return report
    }

    @Test func itIsWhatAnEncoderWrites() throws {
        try expectSame(StatusReport(path: "", backend: .cuse, limit: 1))
        try expectSame(full)
    }

    @Test(arguments: [
        "\"\\/\u{8}\u{C}\n\r\t", "\u{0}\u{1}\u{1F}\u{7F}\u{80}", "\u{2028}\u{2029}\u{FEFF}", "ä€😀\u{301}",
    ])
    func anyTextIsEscapedTheSameWay(text: String) throws {
        var report = full
        report.holders[0].command = text
        report.limits[0].values = ["jobs": text]
        try expectSame(report)
    }

    @Test(arguments: [
        0, -0.0, 1, -1.5, 0.1, 1e-7, 1e15, 1e16, 1e17, 123_456_789.125, 1e300, .infinity, -.infinity, .nan,
        .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ])
    func anyNumberIsWrittenTheSameWay(number: Double) throws {
        var report = full
        report.uptime = number
        try expectSame(report)
    }
}
