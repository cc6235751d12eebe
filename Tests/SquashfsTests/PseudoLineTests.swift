internal import Testing

@testable import Squashfs

@Suite struct PseudoLineTests {
    @Test func folderAndDeviceAreRead() throws {
        let folder = try #require(PseudoLine(Array("/run/my\\ dir d 1777 3 4".utf8)))
        #expect(folder.folder == Array("run".utf8))
        #expect(folder.name == Array("my dir".utf8))
        #expect((folder.kind, folder.permissions, folder.user, folder.group) == (.folder, 0o1777, 3, 4))
        let device = try #require(PseudoLine(Array("dev/nvme b 600 0 6 259 70000".utf8)))
        #expect(DeviceNumber(packed: device.device) == DeviceNumber(major: 259, minor: 70000))
    }

    @Test(arguments: [
        "", "/x d 755 0", "/x d 888 0 0", "/x d 17777 0 0", "/x c 600 0 0 5", "/x f 600 0 0", "/ d 755 0 0",
        "/../x d 755 0 0", "/x d 755 -1 0", "/x d 755 0 0 1 1", "/x c 600 0 0 4096 0",
        "/x b 600 0 0 0 1048576",
    ]) func anythingElseIsRefused(line: String) {
        #expect(PseudoLine(Array(line.utf8)) == nil)
    }
}
