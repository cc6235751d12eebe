import Testing

@testable import Jobserver

@Suite struct WaitsTests {
    private func waits(_ microseconds: Int64...) -> Waits {
        var waits = Waits()
        for wait in microseconds { waits.record(nanoseconds: wait * 1_000) }
        return waits
    }

    @Test func nothingCountedHasNoQuantile() {
        #expect(Waits().quantile(0.5) == nil)
    }

    @Test(arguments: [(0, 0), (1, 2), (2, 4), (3, 4), (4, 8), (1_000, 1_024), (1_024, 2_048)])
    func aWaitIsRoundedUpToAPowerOfTwo(microseconds: Int64, expected: Int64) {
        #expect(waits(microseconds).quantile(0.5) == expected * 1_000)
    }

    @Test func whatWasStoredGoesOn() {
        let before = waits(0, 0, 5, 100)
        var words = [UInt64](repeating: 0, count: Waits.storedWords)
        before.forEachStored { words[$0] = $1 }
        let after = Waits { words[$0] }
        #expect(after.count == 4)
        #expect([0.5, 0.51, 0.99].map(after.quantile) == [0.5, 0.51, 0.99].map(before.quantile))
    }

    @Test func quantilesCountFromTheShortest() {
        let waits = waits(0, 0, 5, 100)
        #expect(waits.quantile(0) == 0)
        #expect(waits.quantile(0.5) == 0)
        #expect(waits.quantile(0.51) == 8_000)
        #expect(waits.quantile(0.99) == 128_000)
        #expect(waits.quantile(1) == 128_000)
    }

    @Test(arguments: [Int64.min, -1, Int64.max])
    func absurdTimesAreCountedAndNotTrapped(nanoseconds: Int64) {
        var waits = Waits()
        waits.record(nanoseconds: nanoseconds)
        #expect(waits.quantile(1) != nil)
    }

    @Test func aTokenThatIsThereIsNoWait() {
        let scene = Scene(jobs: 2)
        let party = scene.party()
        scene.take(2, party)
        #expect(scene.pool.waits.count == 2)
        #expect(scene.pool.waits.quantile(1) == 0)
    }

    @Test func aWaitingReadWaitsUntilItsGrant() {
        let scene = Scene(jobs: 1)
        let (holder, waiter) = (scene.party(), scene.party())
        scene.take(1, holder)
        scene.read(waiter)
        scene.now = scene.now + 3_000_000
        scene.write(1, holder)
        #expect(scene.pool.waits.count == 2)
        #expect(scene.pool.waits.quantile(1) == 4_096_000)
    }

    @Test func aPollerWaitsUntilItsReservationAndItsReadIsNotCountedAgain() {
        let scene = Scene(jobs: 1)
        let (holder, poller) = (scene.party(), scene.party())
        scene.take(1, holder)
        #expect(!scene.poll(poller))
        scene.now = scene.now + 3_000_000
        scene.write(1, holder)
        scene.take(1, poller)
        #expect(scene.pool.waits.count == 2)
        #expect(scene.pool.waits.quantile(1) == 4_096_000)
    }
}
