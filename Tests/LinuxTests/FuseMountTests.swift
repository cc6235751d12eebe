internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct FuseMountTests {
    static let canMount = Privileges.isRoot && (try? FileStatus(ofPath: "/dev/fuse")) != nil

    @Test(
        .enabled(if: canMount, "needs root and /dev/fuse"),
        arguments: [true, false]
    )
    func aMountAppearsAndGoes(isRegularFile: Bool) throws {
        let folder = try TemporaryFolder()
        let path = isRegularFile ? try folder.write("", to: "file") : folder.path
        let device = try FileDescriptor.open(FilePath("/dev/fuse"), .readWrite, options: .closeOnExec)
        defer { try? device.close() }
        try FuseMount.mount(at: path, descriptor: device.rawValue, isRegularFile: isRegularFile)
        let line = try #require(try mountLine(of: path))
        #expect(line.contains("nosuid,nodev"))
        #expect(line.contains(" - fuse steve "))
        #expect(line.contains("allow_other"))
        try FuseMount.unmount(path)
        #expect(try mountLine(of: path) == nil)
        #expect(throws: Errno.invalidArgument) { try FuseMount.unmount(path) }
    }

    @Test(.enabled(if: canMount, "needs root and /dev/fuse"))
    func theKindMustFit() throws {
        let folder = try TemporaryFolder()
        let device = try FileDescriptor.open(FilePath("/dev/fuse"), .readWrite, options: .closeOnExec)
        defer { try? device.close() }
        #expect(throws: Errno.notDirectory) {
            try FuseMount.mount(at: folder.path, descriptor: device.rawValue, isRegularFile: true)
        }
    }

    private func mountLine(of path: String) throws -> Substring? {
        let table = String(decoding: try readWhole("/proc/self/mountinfo", limit: 1 << 20), as: UTF8.self)
        return table.split(separator: "\n").first { $0.contains(" \(path) ") }
    }
}
