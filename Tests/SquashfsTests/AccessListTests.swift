internal import Testing

@testable import Squashfs

/// What is left of a mode without the list.
@Suite struct AccessListTests {
    /// `entries` are tag and rights.
    private func mode(_ mode: UInt16, _ entries: [(UInt8, UInt8)]) -> UInt16 {
        var bytes: [UInt8] = [2, 0, 0, 0]
        for (tag, rights) in entries { bytes += [tag, 0, rights, 0, 255, 255, 255, 255] }
        let list = ExtendedAttribute(name: Array("system.posix_acl_access".utf8), value: bytes)
        return AccessList.mode(mode, without: [list])
    }

    @Test func groupGetsItsOwnRightsNotTheMask() {
        #expect(mode(0o660, [(1, 6), (2, 6), (4, 0), (16, 6), (32, 0)]) == 0o600)
        #expect(mode(0o4775, [(1, 7), (2, 7), (4, 5), (16, 7), (32, 5)]) == 0o4755)
        #expect(mode(0o640, [(1, 6), (2, 7), (4, 7), (16, 4), (32, 0)]) == 0o640)
    }

    @Test func whoIsDeniedByNameGetsNothingAsOneOfTheOthers() {
        #expect(mode(0o644, [(1, 6), (2, 0), (4, 4), (16, 4), (32, 4)]) == 0o600)
        #expect(mode(0o644, [(1, 6), (8, 0), (4, 4), (16, 4), (32, 4)]) == 0o640)
    }

    @Test func withoutAListTheModeStays() {
        #expect(AccessList.mode(0o1777, without: []) == 0o1777)
        #expect(mode(0o644, [(1, 6), (4, 4), (32, 4)]) == 0o644)
        #expect(mode(0o644, []) == 0o644)
    }
}
