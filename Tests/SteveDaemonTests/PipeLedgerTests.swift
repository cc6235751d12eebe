import Testing

@testable import SteveDaemon

/// The arithmetic of the pipe, in the server's own steps.
@Suite struct PipeLedgerTests {
    /// A pipe and its ledger, with what clients do to the pipe.
    struct Scene {
        var ledger: PipeLedger
        var unread = 0

        init(limit: Int) {
            ledger = PipeLedger(limit: limit)
            correct()
        }

        mutating func correct() {
            let change = ledger.correction(whenUnread: unread)
            unread += change
            ledger.moved(change)
        }

        /// The server takes a byte out for a wrapper's slot.
        mutating func charge() {
            unread -= 1
            ledger.moved(-1)
            ledger.charge()
        }

        var out: Int { ledger.out(whenUnread: unread) }
    }

    @Test func allTokensAreInAnUnusedPipe() {
        let scene = Scene(limit: 4)
        #expect(scene.unread == 4)
        #expect(scene.out == 0)
    }

    @Test func whatIsTakenIsOutAndNotReplaced() {
        var scene = Scene(limit: 4)
        scene.unread -= 3
        #expect(scene.out == 3)
        scene.correct()
        #expect(scene.unread == 1)
    }

    @Test func loweredLimitTakesOutAndWaitsForTheRest() {
        var scene = Scene(limit: 4)
        scene.unread -= 3
        scene.ledger.limit = 2
        scene.correct()
        #expect(scene.unread == 0)
        scene.unread += 3
        scene.correct()
        #expect(scene.unread == 2)
        #expect(scene.out == 0)
    }

    @Test func raisedLimitPutsIn() {
        var scene = Scene(limit: 2)
        scene.unread -= 2
        scene.ledger.limit = 5
        scene.correct()
        #expect(scene.unread == 3)
        #expect(scene.out == 2)
    }

    @Test func chargedSlotIsOutUntilItIsDischarged() {
        var scene = Scene(limit: 4)
        scene.charge()
        scene.correct()
        #expect(scene.unread == 3)
        #expect(scene.out == 1)
        scene.ledger.discharge()
        scene.correct()
        #expect(scene.unread == 4)
        #expect(scene.out == 0)
    }

    @Test func gateTakesOutAndPutsBack() {
        var scene = Scene(limit: 4)
        scene.unread -= 1
        scene.ledger.admitted = 2
        scene.correct()
        #expect(scene.unread == 1)
        scene.ledger.admitted = nil
        scene.correct()
        #expect(scene.unread == 3)
    }

    @Test func gateLeavesTheLeastJobs() {
        var scene = Scene(limit: 4)
        scene.ledger.admitted = 0
        scene.correct()
        #expect(scene.unread == 1)
        scene.ledger.minJobs = 0
        scene.correct()
        #expect(scene.unread == 0)
    }

    @Test func lentSlotIsOneMoreWhileItIsLent() {
        var scene = Scene(limit: 2)
        scene.unread += 1
        #expect(scene.out == -1)
        scene.correct()
        #expect(scene.unread == 3)
        scene.unread -= 3
        #expect(scene.out == 2)
    }

    @Test func excessIsWhatIsOutAndMayNotBe() {
        var scene = Scene(limit: 4)
        scene.unread -= 3
        #expect(scene.ledger.excess(whenUnread: scene.unread) == 0)
        scene.ledger.limit = 1
        #expect(scene.ledger.excess(whenUnread: scene.unread) == 2)
        scene.correct()
        scene.unread += 2
        scene.correct()
        #expect(scene.unread == 0)
        #expect(scene.ledger.excess(whenUnread: scene.unread) == 0)
    }

    @Test func aByteThatComesBackBeyondALimitIsNoRoom() {
        var scene = Scene(limit: 4)
        scene.unread -= 3
        scene.ledger.limit = 2
        scene.correct()
        scene.unread += 1
        #expect(scene.ledger.room(whenUnread: scene.unread) == 0)
        scene.unread += 1
        #expect(scene.ledger.room(whenUnread: scene.unread) == 1)
    }

    @Test func healingMakesUpWhatIsMissing() {
        var scene = Scene(limit: 4)
        scene.charge()
        scene.unread -= 2
        #expect(scene.ledger.heal(whenUnread: scene.unread) == 2)
        scene.correct()
        #expect(scene.unread == 3)
        #expect(scene.out == 1)
    }

    @Test func healingTakesOutWhatIsTooMuch() {
        var scene = Scene(limit: 2)
        scene.unread += 5
        #expect(scene.ledger.heal(whenUnread: scene.unread) == -5)
        scene.correct()
        #expect(scene.unread == 2)
    }
}
