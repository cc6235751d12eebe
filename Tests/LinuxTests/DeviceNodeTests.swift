internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct DeviceNodeTests {
    @Test(
        arguments: [
            ("10:203\n", DeviceNumber.cuse), ("511:4294967295", DeviceNumber(major: 511, minor: .max)),
            ("", nil), ("10", nil), ("10:", nil), (":203", nil), ("-1:2", nil), ("10:4294967296", nil),
        ] as [(String, DeviceNumber?)]
    )
    func aNumberIsTwo(text: String, expected: DeviceNumber?) {
        #expect(parse(text) { DeviceNumber(parsing: $0) } == expected)
    }

    @Test(.enabled(if: Privileges.isRoot, "needs root: mknod"))
    func aNodeIsMadeAndGivenAway() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("null")
        try DeviceNode.make(at: path, DeviceNumber(major: 1, minor: 3))
        try PathHandle(path).setAccess(user: 65534, group: 250, mode: 0o660)
        let status = try FileStatus(ofPath: path)
        #expect(status.kind == .characterDevice)
        #expect(status.deviceNumber == DeviceNumber(major: 1, minor: 3))
        #expect(status.mode == 0o660)
        #expect(status.user == 65534)
        #expect(status.group == 250)
        #expect(throws: Errno.fileExists) { try DeviceNode.make(at: path, .cuse) }
    }

    @Test func aDeviceThatNobodyServesHasNoNumber() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try DeviceNode.number(ofCUSE: "steve-no-such-device") }
    }

    @Test func aModuleThatIsNotThereIsNotLoaded() {
        #expect(!DeviceNode.loadModule("steve-no-such-module"))
    }

    @Test func kindsAreTold() throws {
        #expect(try FileStatus(ofPath: "/dev/null").deviceNumber == DeviceNumber(major: 1, minor: 3))
        #expect(try FileStatus(ofPath: "/proc/self").kind == .link)
        #expect(try FileStatus(ofPath: "/proc/self", following: true).kind == .directory)
        #expect(throws: Errno.badFileDescriptor) { try FileStatus(ofDescriptor: -1) }
    }
}
