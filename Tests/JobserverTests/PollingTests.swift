import Testing

@testable import Jobserver

@Suite struct PollingTests {
    @Test func pollIsReadyOnlyWhereAReadWouldSucceed() {
        let scene = Scene(jobs: 1)
        let (make, other) = (scene.party(), scene.party())
        #expect(scene.poll(make))
        scene.take(1, other)
        #expect(!scene.poll(make))
        #expect(!scene.tryRead(make))
    }

    @Test func pollThatDoesNotWaitIsNotWoken() {
        let scene = Scene(jobs: 1)
        let (holder, make) = (scene.party(), scene.party())
        scene.take(1, holder)
        #expect(!scene.poll(make, waits: false))
        scene.write(1, holder)
        #expect(scene.effects().isEmpty)
        #expect(scene.pool.reserved == 0)
    }

    @Test func tokenThatWokeAPollerIsKeptForIt() {
        let scene = Scene(jobs: 1)
        let (holder, make, thief) = (scene.party(), scene.party(), scene.party())
        scene.take(1, holder)
        #expect(!scene.poll(make))
        scene.write(1, holder)
        #expect(scene.effects() == [.wake(make.file)])
        #expect(!scene.tryRead(thief))
        #expect(scene.poll(make))
        #expect(scene.tryRead(make))
    }

    @Test func oneWaiterIsWokenForEachToken() {
        let scene = Scene(jobs: 2)
        let holder = scene.party()
        scene.take(2, holder)
        let makes = (0..<5).map { _ in scene.party() }
        for make in makes { #expect(!scene.poll(make)) }
        scene.write(2, holder)
        #expect(scene.effects() == [.wake(makes[0].file), .wake(makes[1].file)])
    }

    @Test func pollersAndReadersShareOneQueue() {
        let scene = Scene(jobs: 1)
        let (holder, cargo, make, rustc) = (scene.party(), scene.party(), scene.party(), scene.party())
        scene.take(1, holder)
        let first = scene.read(cargo).request
        #expect(!scene.poll(make))
        let third = scene.read(rustc).request
        scene.write(1, holder)
        #expect(scene.effects() == [.grant(first, cargo)])
        scene.write(1, cargo)
        #expect(scene.effects() == [.wake(make.file)])
        scene.take(1, make)
        scene.write(1, make)
        #expect(scene.effects() == [.grant(third, rustc)])
    }

    @Test func pollingAnewKeepsThePlaceInTheQueue() {
        let scene = Scene(jobs: 1)
        let (holder, make, cargo) = (scene.party(), scene.party(), scene.party())
        scene.take(1, holder)
        #expect(!scene.poll(make))
        _ = scene.read(cargo)
        #expect(!scene.poll(make))
        scene.write(1, holder)
        #expect(scene.effects() == [.wake(make.file)])
    }

    @Test func everyCauseOfAFreeTokenWakes() {
        let causes: [(Scene, Party) -> Void] = [
            { scene, holder in scene.write(1, holder) },
            { scene, holder in scene.die(holder) },
            { scene, holder in scene.undelivered(holder) },
            { scene, _ in scene.change { $0.jobs += 1 } },
            { scene, holder in
                scene.admit(0); scene.write(1, holder); scene.admit(9)
            },
        ]
        for cause in causes {
            let scene = Scene(jobs: 1)
            let (holder, make) = (scene.party(), scene.party())
            scene.take(1, holder)
            #expect(!scene.poll(make))
            cause(scene, holder)
            #expect(scene.effects() == [.wake(make.file)])
        }
    }

    @Test func pollerAtItsLimitIsWokenWhenItReturns() {
        let scene = Scene(jobs: 4) { $0.perProcess = 1 }
        let ctest = scene.party()
        scene.take(1, ctest)
        #expect(!scene.poll(ctest))
        scene.write(1, ctest)
        #expect(scene.effects() == [.wake(ctest.file)])
    }

    @Test func fallenAdmissionMakesItsPollNotReady() {
        let scene = Scene(jobs: 4)
        let make = scene.party()
        scene.take(1, make)
        scene.admit(1)
        #expect(!scene.poll(make))
        #expect(scene.pool.isHeldBack == true)
        scene.admit(2)
        #expect(scene.effects() == [.wake(make.file)])
    }

    @Test func allFilesOfAProcessAreWoken() {
        let scene = Scene(jobs: 1)
        let (holder, python) = (scene.party(), scene.party())
        let second = Party(
            client: python.client,
            file: scene.pool.opened(by: python.client),
            build: python.build
        )
        scene.take(1, holder)
        #expect(!scene.poll(python))
        #expect(!scene.poll(second))
        scene.write(1, holder)
        #expect(scene.effects() == [.wake(python.file), .wake(second.file)])
    }

    @Test func edgeTriggeredPollerIsWokenAfterAReadThatWouldBlock() {
        let scene = Scene(jobs: 1)
        let (holder, emerge) = (scene.party(), scene.party())
        #expect(scene.poll(emerge))
        scene.take(1, holder)
        #expect(!scene.tryRead(emerge))
        scene.write(1, holder)
        #expect(scene.effects() == [.wake(emerge.file)])
    }

    @Test func pollersOfOneSharedFileEachHaveTheirPlace() {
        let scene = Scene(jobs: 1)
        let (holder, make) = (scene.party(), scene.party())
        let subMake = scene.heir(of: make)
        scene.take(1, holder)
        #expect(!scene.poll(make))
        #expect(!scene.poll(subMake))
        scene.write(1, holder)
        #expect(scene.effects() == [.wake(make.file)])
        #expect(!scene.poll(subMake))
        scene.take(1, make)
        scene.write(1, make)
        #expect(scene.effects() == [.wake(subMake.file)])
        scene.take(1, subMake)
    }

    @Test func deathOfOnePollerOfASharedFileDoesNotForgetTheOther() {
        let scene = Scene(jobs: 1)
        let (holder, make) = (scene.party(), scene.party())
        let subMake = scene.heir(of: make)
        scene.take(1, holder)
        #expect(!scene.poll(make))
        #expect(!scene.poll(subMake))
        scene.die(subMake)
        scene.write(1, holder)
        #expect(scene.effects() == [.wake(make.file)])
        scene.take(1, make)
    }
}
