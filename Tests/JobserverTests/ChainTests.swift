import Testing

@testable import Jobserver

@Suite struct ChainTests {
    @Test func membersLeaveFromAnywhere() {
        for leaving in 0..<4 as Range<Int32> {
            var chain = Chain()
            var links = Links()
            for member in 0..<4 as Range<Int32> { chain.append(member, &links) }
            chain.remove(leaving, &links)
            #expect(members(chain, links) == [0, 1, 2, 3].filter { $0 != leaving })
            chain.append(leaving, &links)
            #expect(chain.last == leaving)
            #expect(chain.count(links) == 4)
        }
    }

    @Test func removingAStrangerChangesNothing() {
        var chain = Chain()
        var links = Links()
        chain.append(3, &links)
        chain.remove(7, &links)
        #expect(members(chain, links) == [3])
    }

    private func members(_ chain: Chain, _ links: Links) -> [Int32] {
        var found: [Int32] = []
        var member = chain.first
        while member >= 0 {
            found.append(member)
            member = links[member].next
        }
        return found
    }
}
