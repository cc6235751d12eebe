import Vocabulary
import Testing

@testable import Jobserver

@Suite struct FairnessTests {
    @Test func buildThatHoldsNothingComesFirst() {
        let scene = Scene(jobs: 3)
        let (cargo, make) = (scene.party(), scene.party())
        scene.take(3, cargo)
        _ = scene.read(cargo)
        let newcomer = scene.read(make).request
        scene.write(1, cargo)
        #expect(scene.effects() == [.grant(newcomer, make)])
    }

    @Test func smallestHoldingForItsWeightComesFirst() {
        let scene = Scene(jobs: 6)
        let light = scene.party(weight: 0.5)
        let heavy = scene.party(weight: 2)
        scene.take(2, light)
        scene.take(4, heavy)
        let late = [scene.read(light).request, scene.read(heavy).request]
        scene.write(1, heavy)
        #expect(scene.effects() == [.grant(late[1], heavy)])
    }

    @Test func manyProcessesOfOneBuildCountAsOne() {
        let scene = Scene(jobs: 4)
        let emerge = scene.party()
        let helpers = (0..<4).map { _ in scene.party(in: emerge.build) }
        for helper in helpers { scene.take(1, helper) }
        _ = helpers.map { scene.read($0) }
        let other = scene.party()
        let request = scene.read(other).request
        scene.write(1, helpers[0])
        #expect(scene.effects() == [.grant(request, other)])
    }

    @Test func withinABuildTheSameRuleHoldsByProcess() {
        let scene = Scene(jobs: 2)
        let cargo = scene.party()
        let rustc = scene.party(in: cargo.build)
        scene.take(2, cargo)
        _ = scene.read(cargo)
        let second = scene.read(rustc).request
        scene.write(1, cargo)
        #expect(scene.effects() == [.grant(second, rustc)])
    }

    @Test func lastTokenIsKeptForNewcomersWhileTwoBuildsBuild() {
        let scene = Scene(jobs: 4, reserve: 1)
        let (cargo, make, newcomer) = (scene.party(), scene.party(), scene.party())
        scene.take(1, make)
        scene.take(2, cargo)
        #expect(!scene.tryRead(cargo))
        #expect(!scene.poll(cargo))
        #expect(scene.tryRead(newcomer))
    }

    /// A shell that only has the device open takes no share from a build.
    @Test(arguments: [1, nil])
    func whoIsMerelyConnectedIsNobodysRival(reserve: Int?) {
        let scene = Scene(jobs: 32) { $0.reserve = reserve }
        let (make, _) = (scene.party(), scene.party())
        #expect(scene.pool.available(to: make.client) == 32)
        scene.admit(6)
        scene.take(6, make)
    }

    @Test func aBuildCountsForAMinuteAfterItsLastToken() {
        let scene = Scene(jobs: 4, reserve: 1)
        let (cargo, make) = (scene.party(), scene.party())
        scene.take(1, make)
        scene.write(1, make)
        scene.take(3, cargo)
        let request = scene.read(cargo).request
        #expect(scene.effects().isEmpty)
        scene.pass(milliseconds: 59_999)
        #expect(scene.effects().isEmpty)
        scene.pass(milliseconds: 1)
        #expect(scene.effects() == [.grant(request, cargo)])
    }

    /// A newcomer is first in the queue, so a build that gives tokens back serves it with the next one.
    @Test func nothingIsKeptFromThoseWhoGiveBack() {
        let scene = Scene(jobs: 32) { $0.reserve = nil }
        let (make, ninja) = (scene.party(), scene.party())
        for party in [make, ninja] {
            scene.take(1, party)
            scene.write(1, party)
        }
        scene.take(16, make)
        scene.take(16, ninja)
    }

    @Test func tokensAreKeptFromThoseWhoGiveNoneBack() {
        let scene = Scene(jobs: 32) { $0.reserve = nil }
        let (make, cargo, newcomer) = (scene.party(), scene.party(), scene.party())
        scene.take(1, make)
        scene.take(27, cargo)
        #expect(scene.pool.available(to: cargo.client) == 0)
        #expect(scene.tryRead(newcomer))
    }

    @Test func whoGivesNoneBackForLongHasTokensKeptFromIt() {
        let scene = Scene(jobs: 32) { $0.reserve = nil }
        let (make, cargo) = (scene.party(), scene.party())
        scene.take(1, make)
        scene.take(2, cargo)
        scene.write(1, cargo)
        #expect(scene.pool.available(to: cargo.client) == 30)
        scene.pass(milliseconds: 10_001)
        #expect(scene.pool.available(to: cargo.client) == 26)
    }

    /// The reserve is as many tokens as newcomers came lately, or a fraction of the pool if none came for a
    /// minute.
    @Test func moreIsKeptWhenMoreCameLately() {
        let scene = Scene(jobs: 32) { $0.reserve = nil }
        let cargo = scene.party()
        scene.take(1, cargo)
        scene.write(1, cargo)
        scene.take(1, cargo)
        scene.pass(milliseconds: 20_000)
        for _ in 0..<6 { scene.take(1, scene.party()) }
        #expect(scene.pool.available(to: cargo.client) == 32 - 7 - 7)
        scene.pass(milliseconds: 60_000)
        #expect(scene.pool.available(to: cargo.client) == 32 - 7 - 4)
    }

    @Test func aLentSlotIsNoLoad() {
        let scene = Scene(jobs: 8)
        let (make, cargo) = (scene.party(), scene.party())
        scene.admit(2)
        scene.take(2, make)
        #expect(scene.pool.available(to: make.client) == 0)
        scene.write(1, cargo)
        #expect(scene.pool.load == 1)
        #expect(scene.tryRead(make))
        #expect(!scene.tryRead(make))
    }

    @Test func loneBuildMayTakeAll() {
        let scene = Scene(jobs: 4, reserve: 1)
        scene.take(4, scene.party())
    }

    @Test func reserveEndsWithTheSecondBuild() {
        let scene = Scene(jobs: 2, reserve: 1)
        let (cargo, other) = (scene.party(), scene.party())
        scene.take(1, other)
        scene.take(1, cargo)
        scene.write(1, other)
        let request = scene.read(cargo).request
        #expect(scene.effects().isEmpty)
        scene.close(other.file)
        #expect(scene.effects() == [.grant(request, cargo)])
    }

    @Test func perProcessLimitCapsWhateverElseIsFree() {
        let scene = Scene(jobs: 8) { $0.perProcess = 2 }
        let make = scene.party()
        let sub = scene.party(in: make.build)
        scene.take(2, make)
        #expect(!scene.tryRead(make))
        scene.take(2, sub)
    }

    @Test func perBuildLimitCapsWhateverElseIsFree() {
        let scene = Scene(jobs: 8) { $0.perBuild = 2 }
        let make = scene.party()
        let sub = scene.party(in: make.build)
        scene.take(2, make)
        #expect(scene.read(sub).answer == .parked)
        let other = scene.party()
        scene.take(2, other)
        scene.write(1, make)
        #expect(scene.held(sub) == 1)
    }

    @Test func cappedBuildDoesNotStopOthers() {
        let scene = Scene(jobs: 3) { $0.perBuild = 1 }
        let (capped, other, holder) = (scene.party(), scene.party(), scene.party())
        scene.take(1, capped)
        scene.take(1, holder)
        scene.take(1, other)
        _ = scene.read(capped)
        let request = scene.read(holder).request
        scene.write(1, holder)
        #expect(scene.effects() == [.grant(request, holder)])
    }

    @Test func changedWeightChangesTheOrder() {
        let scene = Scene(jobs: 4)
        let (one, two) = (scene.party(), scene.party())
        scene.take(2, one)
        scene.take(2, two)
        _ = scene.read(one)
        let request = scene.read(two).request
        scene.pool.change(weightOf: two.build, to: 4, at: scene.now)
        scene.write(1, one)
        #expect(scene.effects() == [.grant(request, two)])
    }

    @Test func manyWaitingProcessesGiveABuildNoEarlierTurn() {
        let scene = Scene(jobs: 2)
        let make = scene.party()
        let subMake = scene.party(in: make.build)
        let other = scene.party()
        scene.take(1, make)
        scene.take(1, other)
        _ = scene.read(subMake)
        _ = scene.read(make)
        let turn = scene.read(other).request
        scene.write(1, make)
        _ = scene.effects()
        scene.write(1, subMake)
        let again = scene.read(subMake).request
        _ = scene.effects()
        scene.write(1, other)
        let served = scene.effects()
        #expect(served.contains(.grant(turn, other)) || scene.held(other) == 1)
        #expect(!served.contains(.grant(again, subMake)))
    }

    @Test func aReservationThatWasLeftUnreadWasATurn() {
        let scene = Scene(jobs: 1)
        let (holder, make, other) = (scene.party(), scene.party(), scene.party())
        let subMake = scene.party(in: make.build)
        scene.take(1, holder)
        for party in [make, subMake, other] { #expect(!scene.poll(party)) }
        scene.write(1, holder)
        #expect(scene.effects() == [.wake(make.file)])
        scene.pass(milliseconds: 100)
        #expect(scene.effects() == [.wake(other.file)])
    }

    @Test func underAGateTheLastTokenIsKeptFromThoseWhoHaveTheirShare() {
        let scene = Scene(jobs: 32, reserve: 1)
        let (cargo, make) = (scene.party(), scene.party())
        scene.admit(6)
        scene.take(1, make)
        scene.write(1, make)
        scene.take(5, cargo)
        #expect(scene.pool.available(to: cargo.client) == 0)
        scene.take(1, make)
        scene.write(3, cargo)
        scene.take(2, make)
        #expect(scene.pool.available(to: make.client) == 0)
        #expect(scene.pool.available(to: cargo.client) == 1)
    }
}
