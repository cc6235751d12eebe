import Testing

@testable import Jobserver

@Suite struct RetryTests {
    @Test func refusedProcessThatDoesNotPollIsRemembered() {
        let scene = Scene(jobs: 1)
        let (cargo, ninja) = (scene.party(), scene.party())
        scene.take(1, cargo)
        #expect(!scene.tryRead(ninja))
        _ = scene.read(cargo)
        scene.write(1, cargo)
        #expect(scene.effects().isEmpty)
        #expect(scene.pool.reserved == 1)
        #expect(scene.tryRead(ninja))
    }

    @Test func retryIsForgottenAfterTwoSeconds() {
        let scene = Scene(jobs: 1)
        let (cargo, ninja) = (scene.party(), scene.party())
        scene.take(1, cargo)
        #expect(!scene.tryRead(ninja))
        let request = scene.read(cargo).request
        scene.write(1, cargo)
        scene.pass(milliseconds: 1999)
        #expect(scene.effects().isEmpty)
        scene.pass(milliseconds: 1)
        #expect(scene.effects() == [.grant(request, cargo)])
    }

    @Test func retryCountsAsWaiting() {
        let scene = Scene(jobs: 1)
        let (cargo, ninja) = (scene.party(), scene.party())
        scene.take(1, cargo)
        #expect(!scene.tryRead(ninja))
        #expect(scene.pool.isAnyoneWaiting == true)
        let waiting = scene.pool.waitings
        #expect(waiting == [Waiting(client: ninja.client, kind: .retry, count: 1, since: scene.now)])
        scene.pass(milliseconds: 2000)
        #expect(scene.pool.isAnyoneWaiting == false)
        #expect(scene.pool.nextDeadline == nil)
    }

    @Test func retryThatIsRefusedAgainKeepsItsPlace() {
        let scene = Scene(jobs: 1)
        let (cargo, ninja) = (scene.party(), scene.party())
        scene.take(1, cargo)
        #expect(!scene.tryRead(ninja))
        _ = scene.read(scene.party())
        scene.pass(milliseconds: 1500)
        #expect(!scene.tryRead(ninja))
        scene.pass(milliseconds: 1500)
        scene.write(1, cargo)
        #expect(scene.effects().isEmpty)
        #expect(scene.tryRead(ninja))
    }

    @Test func retryThatPollsKeepsItsPlace() {
        let scene = Scene(jobs: 1)
        let (cargo, make) = (scene.party(), scene.party())
        scene.take(1, cargo)
        #expect(!scene.tryRead(make))
        _ = scene.read(scene.party())
        #expect(!scene.poll(make))
        scene.write(1, cargo)
        #expect(scene.effects() == [.wake(make.file)])
    }

    @Test func tokenReservedForARetryPassesOnWhenItEnds() {
        let scene = Scene(jobs: 1)
        let (cargo, ninja) = (scene.party(), scene.party())
        scene.take(1, cargo)
        #expect(!scene.tryRead(ninja))
        scene.write(1, cargo)
        #expect(scene.pool.reserved == 1)
        let request = scene.read(cargo).request
        scene.die(ninja)
        #expect(scene.effects() == [.grant(request, cargo)])
    }

    @Test func waiterThatReturnsATokenMayTakeItAgain() {
        let scene = Scene(jobs: 4)
        let (ninja, cargo) = (scene.party(), scene.party())
        scene.take(2, ninja)
        scene.take(2, cargo)
        #expect(!scene.tryRead(ninja))
        scene.pass(milliseconds: 5000)
        let request = scene.read(cargo).request
        scene.write(1, ninja)
        #expect(scene.effects().isEmpty)
        #expect(scene.tryRead(ninja))
        #expect(!scene.tryRead(ninja))
        scene.write(1, cargo)
        scene.pass(milliseconds: 2000)
        #expect(scene.effects() == [.grant(request, cargo)])
    }

    @Test func waiterThatReturnsTwiceAndDoesNotTryIsAtItsEnd() {
        let scene = Scene(jobs: 4)
        let (ninja, cargo) = (scene.party(), scene.party())
        scene.take(2, ninja)
        scene.take(2, cargo)
        #expect(!scene.tryRead(ninja))
        scene.pass(milliseconds: 5000)
        let request = scene.read(cargo).request
        scene.write(1, ninja)
        #expect(scene.effects().isEmpty)
        scene.write(1, ninja)
        #expect(scene.effects() == [.grant(request, cargo)])
        #expect(scene.pool.reserved == 0)
    }

    /// Once the waiter lost its place, and its token stayed idle until its next job ended: two tokens in a
    /// hundred.
    @Test func waiterThatReturnedAndWasRefusedIsNotAtItsEnd() {
        let scene = Scene(jobs: 4)
        let (ninja, newcomer, cargo) = (scene.party(), scene.party(), scene.party())
        scene.take(2, ninja)
        scene.take(2, cargo)
        #expect(!scene.tryRead(ninja))
        _ = scene.read(newcomer)
        scene.write(1, ninja)
        #expect(!scene.tryRead(ninja))
        _ = scene.effects()
        _ = scene.read(cargo)
        scene.write(1, ninja)
        #expect(scene.effects().isEmpty)
        #expect(scene.tryRead(ninja))
    }

    /// Otherwise the waiter would keep its token for good, though it is another client's turn.
    @Test func waiterTakesItsTokenAgainSevenTimesOfEight() {
        let scene = Scene(jobs: 1)
        let (ninja, make) = (scene.party(), scene.party())
        scene.take(1, ninja)
        #expect(!scene.tryRead(ninja))
        let request = scene.read(make).request
        for _ in 1...7 {
            scene.write(1, ninja)
            #expect(scene.effects().isEmpty)
            scene.take(1, ninja)
        }
        scene.write(1, ninja)
        #expect(scene.effects() == [.grant(request, make)])
    }

    @Test func waiterThatReturnedAndDidNotTryIsFirstNoMore() {
        let scene = Scene(jobs: 2)
        let (ninja, cargo, make) = (scene.party(), scene.party(), scene.party())
        scene.take(1, ninja)
        scene.take(1, cargo)
        #expect(!scene.tryRead(ninja))
        scene.write(1, ninja)
        scene.pass(milliseconds: 2000)
        scene.take(1, cargo)
        let request = scene.read(make).request
        #expect(!scene.tryRead(ninja))
        scene.write(1, cargo)
        #expect(scene.effects() == [.grant(request, make)])
    }

    /// A process that ends closes its files first, so the next client may read before the pool learns of the
    /// death.
    @Test func tokenReservedForARetryPassesOnWhenItCloses() {
        let scene = Scene(jobs: 1)
        let (counter, next) = (scene.party(), scene.party())
        scene.take(1, counter)
        #expect(!scene.tryRead(counter))
        scene.write(1, counter)
        #expect(scene.pool.reserved == 1)
        scene.close(counter.file)
        #expect(scene.pool.reserved == 0)
        #expect(scene.tryRead(next))
    }
}
