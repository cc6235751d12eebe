import Vocabulary
import TestKit
import Testing

@testable import Wire

@Suite struct TokenEventTextTests {
    private func text(_ events: [TokenEvent]) -> String {
        events.reduce(into: "") { $1.append(to: &$0) }
    }

    @Test func eventsComeBackFromTheirText() throws {
        let events = TokenEvent.Kind.allCases.enumerated().map { index, kind in
            TokenEvent(kind, time: Int64(index) * 1_000_007, process: kind.isOfProcess ? 9 : 0, value: index)
        }
        #expect(try TokenEvent.list(text(events)) == events)
        #expect(text(events).hasPrefix("g 0 9 0;r 1000007 9 1;"))
        #expect(try TokenEvent.list("").isEmpty)
    }

    @Test func theTimeOfWhatIsNotKnownCounts() throws {
        let events = try TokenEvent.list("g 5 1 1;z 10 7 8 9;Q 3;r 2 1 1")
        #expect(events.map(\.time) == [5, 15])
        #expect(events.map(\.kind) == [.granted, .returned])
    }

    @Test(arguments: [
        "g", "g 1", "g 1 2", "g 1 2 3 4", "J 1", "J 1 2 3", "g -1 2 3", "g x 2 3", "gg 1 2 3", "€ 1", " ",
    ])
    func whatIsNoEventIsRefused(text: String) {
        #expect(throws: ControlError.self) { try TokenEvent.list(text) }
    }

    @Test(arguments: [1, 2, UInt64.random(in: 3 ... .max)])
    func noiseIsReadOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters = Array("gr1 2;;JzM-9\u{e9}")
        for _ in 0..<2_000 {
            let length = Int.random(in: 0..<30, using: &random)
            let text = String((0..<length).map { _ in letters.randomElement(using: &random) ?? "g" })
            let events = (try? TokenEvent.list(text)) ?? []
            #expect(events.allSatisfy { $0.time >= 0 && $0.value >= 0 }, "seed \(seed)")
        }
    }
}
