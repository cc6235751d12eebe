import Vocabulary
import Jobserver
import Testing

@testable import SteveDaemon

/// When a daemon that a wrapper started may end.
@Suite struct UsersTests {
    private func peer(_ number: UInt32) -> PeerID { PeerID(number: number) }

    private func time(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds * 1e9)) }

    @Test func firstUserHasTenSecondsToCome() {
        let users = Users(endsWithUsers: true, at: time(5))
        #expect(users.deadline == time(15))
    }

    @Test func serviceNeverEndsForWantOfUsers() {
        var users = Users(endsWithUsers: false, at: time(0))
        #expect(users.deadline == nil)
        users.registered(ProcessID(7))
        users.ended(ProcessID(7), lingerNanoseconds: 0, at: time(1))
        #expect(users.deadline == nil)
    }

    @Test func endsWithTheLastUserAndNotBefore() {
        var users = Users(endsWithUsers: true, at: time(0))
        users.registered(ProcessID(7))
        users.registered(ProcessID(8))
        #expect(users.deadline == nil)
        users.ended(ProcessID(7), lingerNanoseconds: 0, at: time(1))
        #expect(users.deadline == nil)
        users.ended(ProcessID(8), lingerNanoseconds: 0, at: time(2))
        #expect(users.deadline == time(2))
    }

    @Test func lingersAndStaysForANewUser() {
        var users = Users(endsWithUsers: true, at: time(0))
        users.registered(ProcessID(7))
        users.ended(ProcessID(7), lingerNanoseconds: 3_000_000_000, at: time(1))
        #expect(users.deadline == time(4))
        users.registered(ProcessID(8))
        #expect(users.deadline == nil)
    }

    @Test func endOfAnotherProcessChangesNothing() {
        var users = Users(endsWithUsers: true, at: time(0))
        users.ended(ProcessID(9), lingerNanoseconds: 0, at: time(1))
        #expect(users.deadline == time(10))
    }

    @Test func connectionsOfOneProcessWaitForOneSlot() {
        var users = Users(endsWithUsers: false, at: .now)
        users.registered(ProcessID(7))
        for number: UInt32 in 1...4 { users.waits(ProcessID(7), peer(number)) }
        let wereLast = [users.withdrew(ProcessID(7), peer(3)), users.withdrew(ProcessID(7), peer(1))]
        #expect(wereLast == [false, false])
        let charged = users.charged(ProcessID(7))
        #expect(charged.map(\.number) == [2, 4])
        let isLast = users.withdrew(ProcessID(7), peer(2))
        #expect(!isLast, "it waits no more")
    }

    @Test func theLastConnectionThatGoesGivesTheSlotUp() {
        var users = Users(endsWithUsers: false, at: .now)
        users.registered(ProcessID(7))
        users.waits(ProcessID(7), peer(1))
        let wereLast = [
            users.withdrew(ProcessID(7), peer(2)), users.withdrew(ProcessID(7), peer(1)),
            users.withdrew(ProcessID(7), peer(1)),
        ]
        #expect(wereLast == [false, true, false])
    }

    /// What the daemon does not know yet it asks sooner than what it knows.
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
