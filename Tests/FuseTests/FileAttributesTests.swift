import Fuse
import SystemPackage
import TestKit
import Testing

/// The mounted file as `stat`, `truncate`, `fsync` and `statfs` see it.
@Suite struct FileAttributesTests {
    @Test(arguments: [FakeKernelFrame.Operation.attributes, .setAttributes])
    func isAnEmptyRegularFileThatEverybodyMayUse(_ operation: FakeKernelFrame.Operation) throws {
        let device = try DeviceFixture(.file)
        let unique = device.kernel.request(operation) { frame in
            frame.append(contentsOf: [UInt8](repeating: 0, count: operation == .attributes ? 16 : 88))
        }
        let reply = try #require(device.kernel.reply(to: unique))
        #expect(reply.errno == nil)
        let attributes = reply.body.dropFirst(16)
        #expect(attributes.integer(UInt64.self, at: 0) == 1)
        #expect(attributes.integer(UInt64.self, at: 8) == 0)
        #expect(attributes.integer(UInt32.self, at: 60) == 0o100666)
        #expect(attributes.integer(UInt32.self, at: 64) == 1)
    }

    /// To these requests a file system answers ENOSYS for "nothing to do, and do not ask again".
    @Test(arguments: [FakeKernelFrame.Operation.access, .flush, .synchronize])
    func nothingIsToBeDoneFor(_ operation: FakeKernelFrame.Operation) throws {
        let device = try DeviceFixture(.file)
        let unique = device.kernel.request(operation) { frame in
            frame.append(contentsOf: [UInt8](repeating: 0, count: 24))
        }
        #expect(device.kernel.reply(to: unique)?.errno == .noFunction)
    }

    @Test func fileSystemHasStatistics() throws {
        let device = try DeviceFixture(.file)
        let unique = device.kernel.request(.statistics)
        let reply = try #require(device.kernel.reply(to: unique))
        #expect(reply.errno == nil && reply.body.count == 80)
    }

    /// splice, sendfile and readahead: a page that waited for a token would block everybody else for good.
    @Test func whatThePageCacheAsksForIsRefusedAtOnce() throws {
        let device = try DeviceFixture(.file)
        let file = try device.kernel.open(thread: 100)
        let unique = device.kernel.read(file, thread: 100, nonblocking: false, size: 4096, forCache: true)
        #expect(device.kernel.reply(to: unique)?.errno == .invalidArgument)
        #expect(device.handler.parked.isEmpty)
    }
}
