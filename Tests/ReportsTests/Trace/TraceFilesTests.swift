import Vocabulary
import TestKit
import Testing

@testable import Reports
@testable import Wire

/// The two files that a trace becomes, read by a JSON reader.
@Suite struct TraceFilesTests {
    private struct File: Decodable {
        struct Event: Decodable {
            var ph: String
            var name: String
            var pid: Int
            var tid: Int?
            var ts: Int?
            var dur: Int?
        }
        var traceEvents: [Event]
    }

    private struct Page: Decodable {
        struct Build: Decodable {
            var label: String
            var lanes: Int
            var slices: [Int]
        }
        var length: Int
        var tokens: Int
        var holdersKnown: Bool
        var loadLimit: Double?
        var limit: [[Int]]
        var load: [[Int]]
        var builds: [Build]
    }

    private let hostile = "make </script><script>alert(1)</script> \"\\ \u{1b}[2J \u{e4}"

    private func recording(_ tokens: Int, builds: Int = 1) -> TraceRecording {
        let opening = TraceOpening(time: 0, now: 0, limit: 32, gate: 0, out: nil, next: 0, end: 0, held: [])
        var recording = TraceRecording(opening, last: nil)
        for build in 1...builds {
            recording.add([TraceProcess(number: build, pid: build, build: "b<\(build)", command: hostile)])
        }
        for token in 0..<tokens {
            let process = token % builds + 1
            let pause: Int64 = token % 97 == 0 ? 3_000_000 : 2_000
            recording.add(
                [
                    TokenEvent(.granted, time: pause, process: process, value: 1),
                    TokenEvent(.load, time: 0, value: token % 3_200),
                    TokenEvent(.returned, time: 5_000, process: process, value: 1),
                ],
                past: false
            )
        }
        return recording
    }

    private var facts: TraceFacts {
        var report = StatusReport(path: "/dev/st<eve", backend: .cuse, limit: 32)
        report.load.limit = 28.5
        return TraceFacts(report, beganMilliseconds: 1_763_856_000_000)
    }

    /// The text between the tags of the page's data.
    private func data(_ page: String) throws -> [UInt8] {
        let start = try #require(page.range(of: "id=\"trace\">")?.upperBound)
        let end = try #require(page[start...].range(of: "</script>")?.lowerBound)
        return Array(page[start..<end].utf8)
    }

    @Test func everySliceOfTheJSONHasABeginningAndALength() throws {
        let text = TraceJSON.text(Trace(recording(50, builds: 2)), facts)
        let file = try ControlCoding.message(File.self, from: Array(text.utf8))
        let slices = file.traceEvents.filter { $0.ph == "X" }
        #expect(slices.count == 50)
        #expect(slices.allSatisfy { $0.dur == 5_000 && $0.ts != nil && $0.tid == 0 })
        #expect(Set(slices.map(\.pid)) == [1, 2])
        #expect(slices.first?.name == hostile.printable)
        #expect(file.traceEvents.filter { $0.ph == "M" }.map(\.name).contains("process_name"))
        #expect(Set(file.traceEvents.filter { $0.ph == "C" }.map(\.name)) == ["tokens", "limit", "load"])
        #expect(text.split(separator: "\n").count > 100)
    }

    @Test func thePageHoldsItsDataAndNothingFromElsewhere() throws {
        let page = TracePage.text(Trace(recording(50, builds: 2)), facts)
        let data = try ControlCoding.message(Page.self, from: data(page))
        #expect(data.tokens == 50)
        #expect(data.loadLimit == 28.5)
        #expect(data.builds.map(\.label) == ["b<1", "b<2"])
        #expect(data.builds.map(\.slices.count) == [25 * 7, 25 * 7])
        #expect(!page.contains("alert(1)</script>"))
        #expect(page.contains("<title>steve: /dev/st&lt;eve</title>"))
        for word in ["http:", "https:", "src=", "href=", "@import", "fetch("] {
            #expect(!page.contains(word), "\(word)")
        }
    }

    @Test func aLongTraceIsASmallPageThatTellsOfEveryToken() throws {
        let trace = Trace(recording(150_000, builds: 40))
        let page = TracePage.text(trace, facts)
        #expect(page.utf8.count < 800_000, "\(page.utf8.count)")
        let data = try ControlCoding.message(Page.self, from: data(page))
        let slices = data.builds.flatMap { build in
            stride(from: 0, to: build.slices.count, by: 7).map { Array(build.slices[$0..<$0 + 7]) }
        }
        #expect(slices.count <= 12_000)
        #expect(slices.reduce(0) { $0 + $1[5] } == 150_000)
        #expect(slices.reduce(0) { $0 + $1[6] } == 150_000 * 5_000)
        #expect(slices.allSatisfy { $0[6] <= $0[1] && $0[0] + $0[1] <= data.length })
        #expect(data.load.count <= 1_501)
    }

    @Test func anEmptyTraceIsAPageToo() throws {
        let page = TracePage.text(Trace(recording(0)), facts)
        #expect(try ControlCoding.message(Page.self, from: data(page)).builds.isEmpty)
    }
}

extension StringProtocol {
    /// The place where the text first occurs.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
