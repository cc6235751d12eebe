import Testing

@testable import Reports
@testable import Wire

@Suite struct MetricsTextTests {
    private var report: StatusReport {
        var report = StatusReport(path: "/dev/steve", backend: .cuse, limit: 32)
        (report.free, report.held) = (-1, 33)
        report.totals.granted = 1_234_567
        report.load = StatusReport.Load(oneMinute: 3.25, limit: 28.5)
        report.statistics.waitP50 = 0.001024
        report.statistics.heldBack = ["load": 3.5, "jobs": 2]
        report.holders = [
            .init(pid: 1, command: "make", tokens: 2, since: 1, build: "dev-lang/lua-5.4.8"),
            .init(pid: 2, command: "make", tokens: 3, since: 1, build: "dev-lang/lua-5.4.8"),
            .init(pid: 3, command: "x", tokens: 1, since: 1, build: "a \"b\" \\ c\nd"),
            // A quote and the mark above it are one Character.
            .init(pid: 4, command: "x", tokens: 1, since: 1, build: "\"\u{301}\\\u{301}"),
        ]
        return report
    }

    /// Prometheus refuses the whole text if a series is there twice.
    @Test func noSeriesIsThereTwice() {
        var report = report
        for name in [
            "a\u{378}", "a\u{379}", "b\u{202E}x", "b\u{202D}x", "c\u{9B}", "c\u{85}", "é", "e\u{301}",
        ] {
            report.holders.append(.init(pid: 9, command: "x", tokens: 1, since: 1, build: name))
        }
        let lines = MetricsText(report).text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let keys = lines.map {
            Array($0.utf8[..<($0.utf8.lastIndex(of: UInt8(ascii: " ")) ?? $0.utf8.endIndex)])
        }
        #expect(Set(keys).count == keys.count)
        #expect(lines.contains("steve_build_tokens_held{build=\"a?\"} 2"))
    }

    private var lines: [String] { MetricsText(report).text.split(separator: "\n").map(String.init) }

    @Test(arguments: [
        "steve_info{version=\"\(Version.number)\",path=\"/dev/steve\",backend=\"cuse\"} 1",
        "steve_tokens_limit 32", "steve_tokens_free -1", "steve_tokens_granted_total 1234567",
        "steve_load1 3.25",
        "steve_load1_limit 28.5", "steve_gate_open{rule=\"jobs\"} 1",
        "steve_held_back_seconds_total{rule=\"jobs\"} 2",
        "steve_held_back_seconds_total{rule=\"load\"} 3.5",
        "steve_token_wait_median_seconds 0.001024",
        "steve_build_tokens_held{build=\"dev-lang/lua-5.4.8\"} 5",
        "steve_build_tokens_held{build=\"a \\\"b\\\" \\\\ c?d\"} 1",
        "steve_build_tokens_held{build=\"\\\"\u{301}\\\\\u{301}\"} 1",
    ])
    func figuresHaveTheirLine(line: String) {
        #expect(lines.contains(line))
    }

    @Test func whatIsNotKnownIsMissing() {
        let text = MetricsText(StatusReport(path: "/p", backend: .fifo, limit: 1)).text
        for name in ["load1_limit", "held_back", "token_wait", "build_tokens"] {
            #expect(!text.contains(name))
        }
    }

    /// These labels have a meaning for Prometheus, and only on summaries and histograms.
    @Test func noLabelIsAReservedOne() {
        for label in ["{quantile=", ",quantile=", "{le=", ",le="] {
            #expect(!lines.contains { $0.contains(label) })
        }
    }

    /// Each family comes once, with HELP and TYPE before its samples, and names follow the conventions.
    @Test func theFormatIsKept() throws {
        var seen: Set<String> = []
        var family = ""
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if words[0] == "#", words[1] == "HELP" {
                family = words[2]
                #expect(seen.insert(family).inserted)
                try #require(words.count == 4)
            } else if words[0] == "#" {
                #expect(words[1] == "TYPE")
                #expect(words[2] == family)
                #expect((words[3] == "counter") == family.hasSuffix("_total"))
            } else {
                #expect(line.hasPrefix(family + "{") || line.hasPrefix(family + " "))
                #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil)
            }
        }
        #expect(seen.count > 15)
        #expect(
            seen.allSatisfy {
                $0.hasPrefix("steve_") && $0.allSatisfy { $0.isLowercase || $0 == "_" || $0.isNumber }
            }
        )
    }
}
