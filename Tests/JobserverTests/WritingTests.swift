import Vocabulary
import Testing

@testable import Jobserver

@Suite struct WritingTests {
    @Test func writersOwnTokensComeBackFirst() {
        let scene = Scene(jobs: 4)
        let make = scene.party()
        scene.take(3, make)
        #expect(scene.write(2, make) == WriteReceipt(own: 2))
        #expect(scene.held(make) == 1)
    }

    @Test func everyTokenComesBackInOneWrite() {
        let scene = Scene(jobs: 5)
        let tool = scene.party()
        scene.take(5, tool)
        #expect(scene.write(5, tool) == WriteReceipt(own: 5))
        #expect(scene.pool.free == 5)
    }

    @Test func holderNeedsNoParticularFile() {
        let scene = Scene(jobs: 1)
        let make = scene.party()
        let writeEnd = Party(client: make.client, file: scene.pool.opened(by: make.client), build: make.build)
        scene.take(1, make)
        #expect(scene.write(1, writeEnd) == WriteReceipt(own: 1))
        scene.take(1, make)
        scene.close(make.file)
        #expect(scene.write(1, writeEnd) == WriteReceipt(own: 1))
    }

    @Test func subshellGivesBackWhatItsShellTook() {
        let scene = Scene(jobs: 1)
        let shell = scene.party()
        let subshell = scene.heir(of: shell)
        scene.take(1, shell)
        #expect(scene.write(1, subshell) == WriteReceipt(passed: 1))
        #expect(scene.held(shell) == 0)
        #expect(scene.pool.free == 1)
    }

    @Test func writeThroughAnOwnFileIsNoPassing() {
        let scene = Scene(jobs: 1)
        let make = scene.party()
        let cargo = scene.party(in: make.build)
        scene.take(1, make)
        #expect(scene.write(1, cargo) == WriteReceipt(lent: 1))
        #expect(scene.held(make) == 1)
        #expect(scene.pool.free == 1)
    }

    @Test func tokenTakenThroughAnotherFileIsNotPassed() {
        let scene = Scene(jobs: 1)
        let shell = scene.party()
        let second = Party(
            client: shell.client,
            file: scene.pool.opened(by: shell.client),
            build: shell.build
        )
        let subshell = scene.heir(of: shell)
        scene.take(1, second)
        #expect(scene.write(1, subshell) == WriteReceipt(lent: 1))
    }

    @Test func creditGoesInTheOrderOwnPassedLentDropped() {
        let scene = Scene(jobs: 4)
        let shell = scene.party()
        let subshell = scene.heir(of: shell)
        scene.take(1, shell)
        scene.take(2, subshell)
        #expect(scene.write(7, subshell) == WriteReceipt(own: 2, passed: 1, lent: 1, dropped: 3))
        #expect(scene.pool.totals.dropped == 3)
        #expect(scene.pool.free == 5)
    }

    @Test func oneSlotIsLentAndNoMore() {
        let scene = Scene(jobs: 1)
        let cargo = scene.party()
        #expect(scene.write(2, cargo) == WriteReceipt(lent: 1, dropped: 1))
        #expect(scene.write(1, cargo) == WriteReceipt(dropped: 1))
        #expect(scene.pool.free == 2)
    }

    @Test func loanIsOverWhenTheLenderTakesAToken() {
        let scene = Scene(jobs: 1)
        let cargo = scene.party()
        scene.write(1, cargo)
        scene.take(1, cargo)
        #expect(scene.pool.lent == 0)
        #expect(scene.held(cargo) == 0)
        #expect(scene.pool.free == 1)
        scene.take(1, cargo)
        #expect(scene.held(cargo) == 1)
    }

    @Test func loanIsOverWhenTheLenderEnds() {
        let scene = Scene(jobs: 1)
        let (cargo, make) = (scene.party(), scene.party())
        scene.write(1, cargo)
        scene.take(2, make)
        scene.die(cargo)
        #expect(scene.pool.free == -1)
        scene.write(2, make)
        #expect(scene.pool.free == 1)
    }

    @Test func lentSlotServesAWaitingRead() {
        let scene = Scene(jobs: 1)
        let (make, rustc, cargo) = (scene.party(), scene.party(), scene.party())
        scene.take(1, make)
        let request = scene.read(rustc).request
        scene.write(1, cargo)
        #expect(scene.effects() == [.grant(request, rustc)])
    }

    /// rustc lends the slot for which cargo's token stands: until rustc has its slot back, nobody works.
    @Test(arguments: LoanLimit.allCases)
    func lenderGetsItsSlotBackWhateverHoldsOthers(limit: LoanLimit) {
        let scene = Scene(jobs: 4, reserve: 1)
        let cargo = scene.party()
        let rustc = scene.party(in: cargo.build)
        scene.take(2, cargo)
        scene.write(1, rustc)
        limit.impose(on: scene)
        #expect(!scene.tryRead(cargo))
        #expect(scene.pool.available(to: rustc.client) == 1)
        #expect(scene.poll(rustc))
        scene.take(1, rustc)
        #expect(scene.held(rustc) == 0)
        #expect(scene.pool.lent == 0)
        #expect(!scene.tryRead(rustc))
    }

    @Test(arguments: LoanLimit.allCases)
    func waitingLenderGetsItsSlotWhenATokenComesBack(limit: LoanLimit) {
        let scene = Scene(jobs: 2, reserve: 0)
        let (cargo, other) = (scene.party(), scene.party())
        let rustc = scene.party(in: cargo.build)
        scene.take(2, cargo)
        scene.write(1, rustc)
        scene.take(1, other)
        limit.impose(on: scene)
        _ = scene.read(cargo)
        let slot = scene.read(rustc).request
        scene.write(1, other)
        #expect(scene.effects() == [.grant(slot, rustc)])
        #expect(scene.held(rustc) == 0)
    }

    @Test func lenderThatPollsIsWokenBehindAClosedGate() {
        let scene = Scene(jobs: 1)
        let (holder, other, lender) = (scene.party(), scene.party(), scene.party())
        scene.take(1, holder)
        scene.write(1, lender)
        scene.take(1, other)
        scene.admit(0)
        #expect(!scene.poll(lender))
        scene.write(1, other)
        #expect(scene.effects() == [.wake(lender.file)])
        scene.take(1, lender)
        #expect(scene.pool.free == 0)
    }

    @Test func reserveIsKeptFromLendersOfOtherBuilds() {
        let scene = Scene(jobs: 2, reserve: 1)
        let (cargo, other) = (scene.party(), scene.party())
        let rustc = scene.party(in: cargo.build)
        scene.take(1, other)
        scene.write(1, other)
        scene.take(1, cargo)
        scene.write(1, rustc)
        scene.take(1, cargo)
        let slot = scene.read(rustc)
        #expect(slot.answer == .parked)
        scene.take(1, other)
        scene.write(1, cargo)
        #expect(scene.effects().isEmpty)
        scene.write(1, other)
        #expect(scene.effects() == [.grant(slot.request, rustc)])
    }
}

/// What may hold others back though a token is free.
enum LoanLimit: CaseIterable {
    case gate, perBuild

    func impose(on scene: Scene) {
        switch self {
        case .gate: scene.admit(0)
        case .perBuild: scene.change { $0.perBuild = 2 }
        }
    }
}
