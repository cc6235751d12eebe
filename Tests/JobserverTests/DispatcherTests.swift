import Testing

@testable import Jobserver

/// emerge takes a token for each package before it starts the package.
@Suite struct DispatcherTests {
    private let scene = Scene(jobs: 8) { $0.reserve = 1 }
    private let emerge: Party

    init() {
        let build = scene.pool.beginDispatcher()
        emerge = scene.party(in: build)
    }

    private func package() -> Party {
        scene.party(in: scene.pool.begin(dispatchedBy: emerge.build))
    }

    @Test(arguments: [1, nil])
    func aLonePackageHasTheWholePool(reserve: Int?) {
        scene.change { $0.reserve = reserve }
        scene.take(1, emerge)
        let make = package()
        #expect(scene.pool.available(to: make.client) == 7)
        scene.take(7, make)
    }

    @Test func itsTokensBelongToItsPackages() {
        scene.take(2, emerge)
        let (first, second, third) = (package(), package(), package())
        #expect(scene.pool.share(of: emerge.build) == 0)
        #expect([first, second, third].map { scene.pool.share(of: $0.build) } == [1, 1, 0])
        #expect(scene.pool.packages(of: emerge.build) == [first.build, second.build])
        scene.take(1, emerge)
        #expect(scene.pool.share(of: third.build) == 1)
        scene.write(2, emerge)
        #expect([first, second, third].map { scene.pool.share(of: $0.build) } == [1, 0, 0])
    }

    /// Otherwise the package would count as a build without a token, and come before the real newcomer.
    @Test func aPackageThatIsPaidForIsNoNewcomer() {
        scene.take(1, emerge)
        let (make, other, holder) = (package(), scene.party(), scene.party())
        scene.take(7, holder)
        _ = scene.read(make)
        let newcomer = scene.read(other).request
        scene.write(1, holder)
        #expect(scene.effects() == [.grant(newcomer, other)])
    }

    @Test func itsWishIsANewcomers() {
        let make = scene.party()
        scene.take(1, emerge)
        scene.take(6, make)
        scene.take(1, emerge)
        _ = scene.read(make)
        let next = scene.read(emerge).request
        scene.write(1, make)
        #expect(scene.effects() == [.grant(next, emerge)])
    }

    @Test func packagesOutliveTheirDispatcher() {
        scene.take(1, emerge)
        let make = package()
        scene.close(emerge.file)
        scene.die(emerge)
        #expect(scene.end(emerge.build))
        #expect(scene.pool.share(of: make.build) == 0)
        scene.take(8, make)
    }

    @Test func aPackageThatEndsLeavesItsTokenToTheNext() {
        scene.take(1, emerge)
        let (first, second) = (package(), package())
        scene.close(first.file)
        scene.die(first)
        #expect(scene.end(first.build))
        #expect(scene.pool.share(of: second.build) == 1)
    }
}
