import Vocabulary
import Testing

@testable import Jobserver

@Suite struct ReadingTests {
    @Test func freeTokenIsGrantedAtOnce() {
        let scene = Scene(jobs: 2)
        let make = scene.party()
        #expect(scene.read(make).answer.isGranted)
        #expect(scene.tryRead(make))
        #expect(scene.pool.free == 0)
        #expect(scene.held(make) == 2)
        #expect(scene.effects().isEmpty)
    }

    @Test func nonblockingReadOfAnEmptyPoolWouldBlock() {
        let scene = Scene(jobs: 1)
        let (make, ninja) = (scene.party(), scene.party())
        scene.take(1, make)
        #expect(!scene.tryRead(ninja))
        #expect(scene.pool.held == 1)
    }

    @Test func eachReadSaysForItselfWhetherItWaits() {
        let scene = Scene(jobs: 1)
        let (cargo, make) = (scene.party(), scene.party())
        scene.take(1, cargo)
        #expect(!scene.tryRead(make))
        #expect(scene.read(make).answer == .parked)
        #expect(!scene.tryRead(make))
    }

    @Test func waitingReadsAreServedOldestFirst() {
        let scene = Scene(jobs: 1)
        let (holder, first, second) = (scene.party(), scene.party(), scene.party())
        scene.take(1, holder)
        let older = scene.read(first).request
        let younger = scene.read(second).request
        scene.write(1, holder)
        #expect(scene.effects() == [.grant(older, first)])
        scene.write(1, first)
        #expect(scene.effects() == [.grant(younger, second)])
    }

    @Test func severalReadsWaitInOneProcessAndOnOneFile() {
        let scene = Scene(jobs: 2)
        let holder = scene.party()
        let rustc = scene.party()
        scene.take(2, holder)
        let reads = [scene.read(rustc).request, scene.read(rustc).request, scene.read(rustc).request]
        scene.write(2, holder)
        #expect(scene.effects() == [.grant(reads[0], rustc), .grant(reads[1], rustc)])
        #expect(scene.pool.waitingReads.count == 1)
    }

    @Test func interruptedReadLeavesTheQueueBeforeAnybodyIsGranted() {
        let scene = Scene(jobs: 1)
        let (holder, rustc, make) = (scene.party(), scene.party(), scene.party())
        scene.take(1, holder)
        let interrupted = scene.read(rustc).request
        let waiting = scene.read(make).request
        #expect(scene.interrupt(interrupted))
        scene.write(1, holder)
        #expect(scene.effects() == [.grant(waiting, make)])
    }

    @Test func lateInterruptIsIgnored() {
        let scene = Scene(jobs: 1)
        let (holder, rustc) = (scene.party(), scene.party())
        scene.take(1, holder)
        let request = scene.read(rustc).request
        scene.write(1, holder)
        #expect(!scene.interrupt(request))
        #expect(!scene.interrupt(RequestID(999)))
        #expect(scene.held(rustc) == 1)
    }

    @Test func readIsInterruptedOnce() {
        let scene = Scene(jobs: 1)
        let (holder, rustc) = (scene.party(), scene.party())
        scene.take(1, holder)
        let request = scene.read(rustc).request
        #expect(scene.interrupt(request))
        #expect(!scene.interrupt(request))
    }

    @Test func undeliveredTokenGoesToTheNext() {
        let scene = Scene(jobs: 1)
        let (holder, killed, make) = (scene.party(), scene.party(), scene.party())
        scene.take(1, holder)
        _ = scene.read(killed)
        let waiting = scene.read(make).request
        scene.write(1, holder)
        _ = scene.effects()
        scene.undelivered(killed)
        #expect(scene.effects() == [.grant(waiting, make)])
        #expect(scene.pool.totals.reclaimed == 1)
    }

    @Test func undeliveredEndOfALoanIsALoanAgain() {
        let scene = Scene(jobs: 1)
        let (holder, cargo) = (scene.party(), scene.party())
        scene.take(1, holder)
        scene.write(1, cargo)
        #expect(scene.tryRead(cargo))
        #expect(scene.pool.lent == 0)
        scene.undelivered(cargo)
        #expect(scene.pool.lent == 1)
        scene.die(cargo)
        #expect(scene.pool.free == 0)
    }

    @Test func undeliveredTokenOfADeadProcessIsNotCountedTwice() {
        let scene = Scene(jobs: 1)
        let rustc = scene.party()
        scene.take(1, rustc)
        scene.die(rustc)
        scene.undelivered(rustc)
        #expect(scene.pool.free == 1)
        #expect(scene.pool.totals.reclaimed == 1)
    }

    @Test func waitingReadTakesTheTokenBeforeAPollOfItsProcess() {
        let scene = Scene(jobs: 1)
        let (holder, both) = (scene.party(), scene.party())
        scene.take(1, holder)
        #expect(!scene.poll(both))
        let request = scene.read(both).request
        scene.write(1, holder)
        #expect(scene.effects() == [.grant(request, both)])
        #expect(scene.pool.reserved == 0)
    }

    @Test func idlePoolCanBeDrainedByOneClient() {
        let scene = Scene(jobs: 64, reserve: 1)
        let llvm = scene.party()
        scene.take(64, llvm)
        #expect(!scene.tryRead(llvm))
        #expect(scene.write(64, llvm).own == 64)
        #expect(scene.pool.available(to: llvm.client) == 64)
    }
}
