import Testing

@testable import SteveDaemon

/// How many places each user may have at the control socket.
@Suite struct PeerQuotaTests {
    /// Takes places for one user until the quota refuses one.
    private func take(_ quota: inout PeerQuota, _ user: UInt32) -> Int {
        var count = 0
        while quota.admits(user) {
            quota.came(user)
            count += 1
        }
        return count
    }

    @Test func aUserMayHaveHalfOfWhatIsFreeAndRootFindsAPlaceAlways() {
        var quota = PeerQuota(places: 512)
        #expect(take(&quota, 7_001) == 256)
        #expect(take(&quota, 7_002) == 128)
        #expect(take(&quota, 7_003) == 64)
        for user in UInt32(7_004)..<9_000 { _ = take(&quota, user) }
        #expect(take(&quota, 7_001) == 0)
        #expect(take(&quota, 0) >= PeerQuota.rootPlaces)
    }

    @Test func aPlaceThatWasLeftIsFree() {
        var quota = PeerQuota(places: 8)
        #expect(take(&quota, 7_001) == 4)
        quota.went(7_001, unread: 0)
        #expect(quota.admits(7_001))
        for _ in 0..<3 { quota.went(7_001, unread: 0) }
        #expect(take(&quota, 7_002) == 4)
    }

    @Test func nobodyIsHeardWhileHeReadsNothing() {
        var quota = PeerQuota(places: 512)
        for user: UInt32 in [0, 7_001, 7_002] { quota.came(user) }
        quota.note(unread: 1 << 20, of: 7_001)
        #expect(!quota.hears(7_001) && quota.hears(7_002) && quota.hears(0))
        quota.note(unread: -1, of: 7_001)
        #expect(quota.hears(7_001))
        for user: UInt32 in 8_000..<8_008 { quota.note(unread: 1 << 20, of: user) }
        #expect(!quota.hears(7_002) && quota.hears(0))
        for user: UInt32 in 8_000..<8_008 { quota.went(user, unread: 1 << 20) }
        #expect(quota.hears(7_002))
    }
}
