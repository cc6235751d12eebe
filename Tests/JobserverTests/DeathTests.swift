import Testing

@testable import Jobserver

@Suite struct DeathTests {
    @Test func tokensOfTheDeadServeTheQueue() {
        let scene = Scene(jobs: 2)
        let (make, rustc) = (scene.party(), scene.party())
        scene.take(2, make)
        let reads = [scene.read(rustc).request, scene.read(rustc).request]
        scene.die(make)
        #expect(scene.effects() == reads.map { .grant($0, rustc) })
        #expect(scene.pool.totals.reclaimed == 2)
    }

    @Test func deathReclaimsThoughAChildHasTheFileOpen() {
        let scene = Scene(jobs: 1)
        let make = scene.party()
        let child = scene.heir(of: make)
        scene.take(1, make)
        scene.die(make)
        #expect(scene.pool.free == 1)
        #expect(scene.write(1, child) == WriteReceipt(lent: 1))
    }

    @Test func closingKeepsTheTokens() {
        let scene = Scene(jobs: 2)
        let make = scene.party()
        scene.take(2, make)
        scene.close(make.file)
        #expect(scene.pool.free == 0)
        scene.die(make)
        #expect(scene.pool.free == 2)
    }

    @Test func waitingReadsOfTheDeadAreAbandoned() {
        let scene = Scene(jobs: 1)
        let (holder, rustc) = (scene.party(), scene.party())
        scene.take(1, holder)
        let request = scene.read(rustc).request
        scene.die(rustc)
        #expect(scene.effects() == [.abandon(request)])
        scene.write(1, holder)
        #expect(scene.pool.free == 1)
    }

    @Test func waitingReadsOnAClosedFileAreAbandoned() {
        let scene = Scene(jobs: 1)
        let (holder, rustc) = (scene.party(), scene.party())
        scene.take(1, holder)
        let request = scene.read(rustc).request
        scene.close(rustc.file)
        #expect(scene.effects() == [.abandon(request)])
    }

    @Test func recycledIdentityInheritsNothing() {
        let scene = Scene(jobs: 1)
        let first = scene.party()
        let child = scene.heir(of: first)
        scene.take(1, first)
        #expect(!scene.poll(child))
        scene.die(child)
        let second = scene.heir(of: first)
        #expect(second.client == child.client)
        #expect(!scene.tryRead(second))
        #expect(scene.pool.waitings.map(\.kind) == [.retry])
    }

    @Test func buildEndsWithItsLastProcessAndFile() {
        let scene = Scene(jobs: 1)
        let make = scene.party()
        #expect(!scene.end(make.build))
        scene.die(make)
        #expect(!scene.end(make.build))
        scene.close(make.file)
        #expect(scene.end(make.build))
    }
}
