import Jobserver
import Testing

@testable import SteveDaemon

/// When a daemon that a wrapper started may end.
@Suite struct UsersTests {
    private func time(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds * 1e9)) }

    @Test func firstUserHasTenSecondsToCome() {
        let users = Users(endsWithUsers: true, at: time(5))
        #expect(users.deadline == time(15))
    }

    @Test func serviceNeverEndsForWantOfUsers() {
        var users = Users(endsWithUsers: false, at: time(0))
        #expect(users.deadline == nil)
        users.registered(7, hasSlot: true)
        users.ended(7, lingerNanoseconds: 0, at: time(1))
        #expect(users.deadline == nil)
    }

    @Test func endsWithTheLastUserAndNotBefore() {
        var users = Users(endsWithUsers: true, at: time(0))
        users.registered(7, hasSlot: true)
        users.registered(8, hasSlot: false)
        #expect(users.deadline == nil)
        users.ended(7, lingerNanoseconds: 0, at: time(1))
        #expect(users.deadline == nil)
        users.ended(8, lingerNanoseconds: 0, at: time(2))
        #expect(users.deadline == time(2))
    }

    @Test func lingersAndStaysForANewUser() {
        var users = Users(endsWithUsers: true, at: time(0))
        users.registered(7, hasSlot: true)
        users.ended(7, lingerNanoseconds: 3_000_000_000, at: time(1))
        #expect(users.deadline == time(4))
        users.registered(8, hasSlot: true)
        #expect(users.deadline == nil)
    }

    @Test func endOfAnotherProcessChangesNothing() {
        var users = Users(endsWithUsers: true, at: time(0))
        users.ended(9, lingerNanoseconds: 0, at: time(1))
        #expect(users.deadline == time(10))
    }

    @Test func slotIsRememberedUntilItIsGivenUp() {
        var users = Users(endsWithUsers: true, at: time(0))
        users.registered(7, hasSlot: true)
        users.registered(7, hasSlot: false)
        #expect(users.hasSlot(7))
        let withdrawal = users.withdrew(7, 1)
        #expect(withdrawal == .last)
        #expect(!users.hasSlot(7))
    }

    @Test func twoConnectionsOfOneProcessWaitForOneSlot() {
        var users = Users(endsWithUsers: false, at: .now)
        users.registered(7, hasSlot: true)
        let isLateAlone = users.waitsToo(7, 1)
        users.waits(7, 1)
        let areLate = [users.waitsToo(7, 2), users.waitsToo(7, 3), users.waitsToo(7, 4)]
        #expect(!isLateAlone && areLate == [true, true, true])
        // The one in the queue goes, and another takes its place; one that only waits with it changes
        // nothing.
        let withdrawals = [users.withdrew(7, 3), users.withdrew(7, 1)]
        #expect(withdrawals == [.another, .next(2)])
        #expect(users.hasSlot(7))
        let charged = users.charged(2)
        #expect(charged == [2, 4])
        let isLate = users.waitsToo(7, 5)
        #expect(!isLate)
    }

    @Test func theLastConnectionThatGoesGivesTheSlotUp() {
        var users = Users(endsWithUsers: false, at: .now)
        users.registered(7, hasSlot: true)
        users.waits(7, 1)
        let withdrawal = users.withdrew(7, 1)
        let waits = users.waitsToo(7, 2)
        #expect(withdrawal == .last && !waits)
        #expect(!users.hasSlot(7))
    }

    /// What is not known yet is asked again sooner than what is known.
    @Test func whoIsBeingLookedForIsAskedForSoon() throws {
        var users = Users(endsWithUsers: true, at: .now)
        let now = MonotonicTime.now
        users.lookAgain(at: now)
        let late = try #require(users.deadline)
        users.lookAgain(at: now, soon: true)
        let soon = try #require(users.deadline)
        #expect(now < soon && soon < late)
    }
}
