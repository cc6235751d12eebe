import Testing

@testable import Jobserver

/// FIONREAD answers how many reads, one after the other, would give a token.
@Suite struct AvailableTests {
    @Test(arguments: [0, 1, 2, 9], [0, 1, 3])
    func availableIsWhatReadsWouldGive(free: Int, reserve: Int) {
        for (perProcess, perBuild) in [(0, 0), (2, 0), (0, 3), (2, 3)] {
            let scene = Scene(jobs: 10, reserve: 0)
            let hoarder = scene.party()
            scene.take(10 - free, hoarder)
            let tool = scene.party()
            scene.change { limits in
                limits.reserve = reserve
                limits.perProcess = perProcess
                limits.perBuild = perBuild
            }
            #expect(scene.pool.available(to: tool.client) == drained(scene, tool))
            scene.tryRead(tool)
            #expect(scene.pool.available(to: tool.client) == drained(scene, tool))
            scene.close(hoarder.file)
            #expect(scene.pool.available(to: tool.client) == drained(scene, tool))
        }
    }

    @Test func lentSlotIsCountedAsItIsTakenBack() {
        for reserve in 0...2 {
            let scene = Scene(jobs: 4, reserve: reserve) { $0.perProcess = 2 }
            _ = scene.party()
            let cargo = scene.party()
            scene.write(1, cargo)
            #expect(scene.pool.available(to: cargo.client) == drained(scene, cargo))
        }
    }

    @Test func reservedTokenIsAvailableToItsProcessOnly() {
        let scene = Scene(jobs: 1)
        let (holder, make, other) = (scene.party(), scene.party(), scene.party())
        scene.take(1, holder)
        #expect(!scene.poll(make))
        scene.write(1, holder)
        #expect(scene.pool.available(to: make.client) == 1)
        #expect(scene.pool.available(to: other.client) == 0)
    }

    private func drained(_ scene: Scene, _ party: Party) -> Int {
        let copy = Scene(copying: scene)
        var count = 0
        while copy.tryRead(party) { count += 1 }
        return count
    }
}
