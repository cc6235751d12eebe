import TestKit
import Testing

@testable import Jobserver

@Suite struct RankingTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func firstIsAlwaysTheSmallest(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var ranking = Ranking()
        var positions = Positions()
        var known: [Int32: Rank] = [:]
        for _ in 0..<300 {
            let member = Int32.random(in: 0..<30, using: &generator)
            if Bool.random(using: &generator) {
                let rank = Rank(
                    share: Double(Int.random(in: 0..<5, using: &generator)),
                    age: .random(in: 0..<1000, using: &generator)
                )
                known[member] = rank
                ranking.place(member, at: rank, &positions)
            } else {
                known[member] = nil
                ranking.remove(member, &positions)
            }
            #expect(ranking.count == known.count)
            #expect(ranking.firstRank == known.values.min())
            #expect(ranking.first.map { known[$0] == known.values.min() } ?? known.isEmpty)
        }
    }
}
