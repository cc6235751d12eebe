import Testing

@testable import Jobserver

@Suite struct LimitTests {
    @Test func loweredLimitTakesNothingFromHolders() {
        let scene = Scene(jobs: 4)
        let make = scene.party()
        scene.take(4, make)
        scene.change { $0.jobs = 2 }
        #expect(scene.pool.free == -2)
        #expect(scene.held(make) == 4)
        let request = scene.read(make).request
        scene.write(2, make)
        #expect(scene.effects().isEmpty)
        scene.write(1, make)
        #expect(scene.effects() == [.grant(request, make)])
    }

    @Test func raisedLimitServesTheQueue() {
        let scene = Scene(jobs: 1)
        let make = scene.party()
        scene.take(1, make)
        let request = scene.read(make).request
        scene.change { $0.jobs = 2 }
        #expect(scene.effects() == [.grant(request, make)])
    }

    @Test func admissionIsNotAskedBelowMinJobs() {
        let scene = Scene(jobs: 4) { $0.minJobs = 2 }
        let make = scene.party()
        scene.admit(0)
        scene.take(2, make)
        #expect(!scene.tryRead(make))
        #expect(scene.pool.isHeldBack == true)
    }

    @Test func admissionTakesNothingFromHolders() {
        let scene = Scene(jobs: 4)
        let make = scene.party()
        scene.take(4, make)
        scene.admit(1)
        #expect(scene.held(make) == 4)
        scene.write(3, make)
        #expect(!scene.tryRead(make))
    }

    @Test func liftedPerProcessLimitServesTheQueue() {
        let scene = Scene(jobs: 4) { $0.perProcess = 1 }
        let make = scene.party()
        scene.take(1, make)
        let request = scene.read(make).request
        scene.change { $0.perProcess = 0 }
        #expect(scene.effects() == [.grant(request, make)])
    }
}
