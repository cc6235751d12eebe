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
}
