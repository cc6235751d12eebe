import Testing

@testable import Jobserver

@Suite struct ReservationTests {
    /// One free token that is reserved for `make`, and a `cargo` that has not asked for one yet.
    private func reserved() -> (Scene, make: Party, cargo: Party) {
        let scene = Scene(jobs: 1)
        let (cargo, make) = (scene.party(), scene.party())
        scene.take(1, cargo)
        #expect(!scene.poll(make))
        scene.write(1, cargo)
        #expect(scene.effects() == [.wake(make.file)])
        return (scene, make, cargo)
    }

    @Test func reservationPassesOnAfterItsTime() {
        let (scene, make, cargo) = reserved()
        let request = scene.read(cargo).request
        scene.pass(milliseconds: 99)
        #expect(scene.effects().isEmpty)
        scene.pass(milliseconds: 1)
        #expect(scene.effects() == [.grant(request, cargo)])
        #expect(!scene.tryRead(make))
    }

    /// On a busy machine the timer may fire late.
    @Test func reservationWhoseTimeIsOverIsNoLongerKept() {
        let (reading, _, reader) = reserved()
        reading.now = reading.now + 100_000_000
        #expect(reading.tryRead(reader))
        let (polling, _, poller) = reserved()
        polling.now = polling.now + 100_000_000
        #expect(polling.poll(poller))
    }

    @Test func nextDeadlineIsTheReservationsEnd() {
        let (scene, _, _) = reserved()
        #expect(scene.pool.nextDeadline == MonotonicTime(nanoseconds: 100_000_000))
    }

    @Test func reservationPassesOnWhenTheProcessCloses() {
        let (scene, make, cargo) = reserved()
        let request = scene.read(cargo).request
        scene.close(make.file)
        #expect(scene.effects() == [.grant(request, cargo)])
    }

    @Test func reservationPassesOnWhenTheProcessEnds() {
        let (scene, make, cargo) = reserved()
        let request = scene.read(cargo).request
        scene.die(make)
        #expect(scene.effects() == [.grant(request, cargo)])
        #expect(scene.pool.nextDeadline == nil)
    }

    @Test func spentReservationLeavesNoDeadline() {
        let (scene, make, _) = reserved()
        scene.take(1, make)
        #expect(scene.pool.nextDeadline == nil)
    }

    @Test func pollerThatLeftItsTokenUnreadHasNoneReserved() {
        let (scene, ninja, cargo) = reserved()
        scene.pass(milliseconds: 100)
        scene.take(1, cargo)
        _ = scene.effects()
        #expect(!scene.poll(ninja))
        let make = scene.party()
        #expect(!scene.poll(make))
        scene.write(1, cargo)
        #expect(scene.effects() == [.wake(make.file)])
    }

    @Test func pollerThatLeftItsTokenUnreadIsToldOfTokensThatNobodyWants() {
        let (scene, ninja, cargo) = reserved()
        scene.pass(milliseconds: 100)
        scene.take(1, cargo)
        _ = scene.effects()
        #expect(!scene.poll(ninja))
        scene.write(1, cargo)
        #expect(scene.effects() == [.wake(ninja.file)])
        #expect(scene.pool.reserved == 0)
        #expect(scene.poll(ninja))
    }

    /// An edge-triggered poller does not ask again.
    @Test func pollerThatLeftItsTokenUnreadNeedNotAskAgain() {
        let (scene, make, cargo) = reserved()
        _ = scene.read(cargo)
        scene.pass(milliseconds: 100)
        _ = scene.effects()
        scene.write(1, cargo)
        #expect(scene.effects() == [.wake(make.file)])
    }

    @Test func penaltyOfOthersEndsThoughOneHasDied() {
        let scene = Scene(jobs: 2)
        let (holder, dying, late) = (scene.party(), scene.party(), scene.party())
        scene.take(2, holder)
        #expect(!scene.poll(dying))
        #expect(!scene.poll(late))
        scene.write(2, holder)
        scene.pass(milliseconds: 100)
        scene.take(2, holder)
        _ = scene.effects()
        scene.die(dying)
        #expect(scene.party().client == dying.client, "who has its place now has no penalty")
        #expect(!scene.poll(late))
        scene.pass(milliseconds: 1000)
        #expect(scene.pool.nextDeadline == nil)
        scene.write(1, holder)
        #expect(scene.effects() == [.wake(late.file)])
        #expect(scene.pool.reserved == 1)
    }

    @Test func latePollerIsInTheQueueAgainAfterASecond() {
        let (scene, make, cargo) = reserved()
        scene.pass(milliseconds: 100)
        scene.take(1, cargo)
        _ = scene.effects()
        #expect(!scene.poll(make))
        _ = scene.read(cargo)
        scene.pass(milliseconds: 1000)
        scene.write(1, cargo)
        #expect(scene.effects() == [.wake(make.file)])
        #expect(scene.pool.reserved == 1)
    }

    @Test func readEndsThePenalty() {
        let (scene, make, cargo) = reserved()
        scene.pass(milliseconds: 100)
        scene.take(1, cargo)
        #expect(!scene.tryRead(make))
        let late = scene.read(scene.party()).request
        scene.write(1, cargo)
        #expect(!scene.effects().contains { if case .grant(late, _, _) = $0 { true } else { false } })
        #expect(scene.tryRead(make))
    }

    @Test func expiredReservationGoesToAnotherPollOfTheFile() {
        let (scene, parent, _) = reserved()
        let child = scene.heir(of: parent)
        #expect(!scene.poll(child))
        scene.pass(milliseconds: 100)
        #expect(scene.effects() == [.wake(parent.file)])
        #expect(!scene.tryRead(parent))
        #expect(scene.tryRead(child))
    }
}
