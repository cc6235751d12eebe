import Testing

@testable import SteveDaemon

@Suite struct HangWatchTests {
    private let second: Int64 = 1_000_000_000

    /// Looks every ten seconds, as given; returns the second at which the watch reports a hang.
    private func hanging(_ looks: [(isWaiting: Bool, heartbeat: UInt64)]) -> Int64? {
        var watch = HangWatch(at: 0)
        for look in looks {
            let now = watch.nextLook
            if watch.look(isRequestWaiting: look.isWaiting, heartbeat: look.heartbeat, at: now) == .hangs {
                return now / second
            }
        }
        return nil
    }

    @Test func requestsThatWaitWithoutASignOfLifeAreAHang() {
        #expect(hanging(Array(repeating: (true, 7), count: 9)) == 50)
    }

    @Test func serverThatSleepsHangsNot() {
        #expect(hanging(Array(repeating: (false, 7), count: 99)) == nil)
        #expect(hanging(Array(repeating: (false, 7), count: 99) + [(true, 7), (true, 7), (true, 8)]) == nil)
    }

    @Test func serverThatIsToldToEndAndDoesNothingIsKilledSoon() {
        var watch = HangWatch(at: 0)
        _ = watch.look(isRequestWaiting: false, heartbeat: 7, at: watch.nextLook)
        watch.toldToEnd(heartbeat: 7, at: 12 * second)
        #expect(watch.nextLook == 17 * second)
        // A second demand to end gives the server no more time.
        watch.toldToEnd(heartbeat: 7, at: 14 * second)
        #expect(watch.look(isRequestWaiting: false, heartbeat: 7, at: 14 * second) == .lives)
        #expect(watch.look(isRequestWaiting: false, heartbeat: 7, at: watch.nextLook) == .ignoresItsEnd)
    }

    @Test func serverThatHasHeardThatItIsToEndMayTakeItsTime() {
        var watch = HangWatch(at: 0)
        watch.toldToEnd(heartbeat: 7, at: 1 * second)
        for _ in 0..<99 {
            #expect(watch.look(isRequestWaiting: false, heartbeat: 8, at: watch.nextLook) == .lives)
        }
    }

    @Test func serverThatWorksHangsNotHoweverManyWait() {
        #expect(hanging((0..<99).map { (true, $0) }) == nil)
    }
}
