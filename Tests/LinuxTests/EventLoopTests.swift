internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct EventLoopTests {
    private let loop: EventLoop
    private let pipe: (readEnd: FileDescriptor, writeEnd: FileDescriptor)

    /// Makes a pipe that no program inherits, which `FileDescriptor.pipe` does not do.
    init() throws {
        loop = try EventLoop()
        let folder = try TemporaryFolder()
        _ = try NamedPipe(makingAt: folder.path("pipe"), mode: 0o600)
        let path = FilePath(folder.path("pipe"))
        let readEnd = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
        pipe = (readEnd, try FileDescriptor.open(path, .writeOnly, options: [.nonBlocking, .closeOnExec]))
    }

    private func closePipe() {
        try? pipe.readEnd.close()
        try? pipe.writeEnd.close()
    }

    /// Long enough for a child that another test has just started to execute its program: until then it has
    /// our descriptors.
    private var soon: Int64 { MonotonicClock.nowNanoseconds + 5_000_000_000 }
    @Test(arguments: [0, 20_000_000, -5_000_000_000] as [Int64])
    func nothingHappensUntilTheDeadline(delay: Int64) {
        defer { closePipe() }
        let deadline = MonotonicClock.nowNanoseconds + delay
        #expect(loop.wait(until: deadline) == 0)
        let late = MonotonicClock.nowNanoseconds - max(deadline, 0)
        #expect(late >= 0)
    }

    @Test func extremeDeadlinesAreNoTrap() throws {
        defer { closePipe() }
        #expect(loop.wait(until: .min) == 0)
        try pipe.writeEnd.writeAll("x".utf8)
        try loop.watch(pipe.readEnd.rawValue, key: 1)
        #expect(loop.wait(until: .max) == 1)
        #expect(loop.wait(until: nil) == 1)
    }

    @Test func anEventCarriesItsKeyAndIsRepeatedUntilItIsDealtWith() throws {
        defer { closePipe() }
        try loop.watch(pipe.readEnd.rawValue, key: 0xFFFF_FFFF_0000_0007)
        #expect(loop.wait(until: 0) == 0)
        try pipe.writeEnd.writeAll("x".utf8)
        for _ in 0..<2 {
            #expect(loop.wait(until: 0) == 1)
            #expect(loop.event(0) == (key: 0xFFFF_FFFF_0000_0007, interest: .readable))
        }
        #expect(try readWhole("/proc/self/fd/\(pipe.readEnd.rawValue)", limit: 1).count == 1)
        #expect(loop.wait(until: 0) == 0)
    }

    @Test func changeReplacesInterestAndKey() throws {
        defer { closePipe() }
        try loop.watch(pipe.writeEnd.rawValue, for: .writable, key: 1)
        #expect(loop.wait(until: 0) == 1)
        try loop.change(pipe.writeEnd.rawValue, to: [], key: 1)
        #expect(loop.wait(until: 0) == 0)
        try loop.change(pipe.writeEnd.rawValue, to: .writable, key: 2)
        #expect(loop.wait(until: 0) == 1)
        #expect(loop.event(0) == (key: 2, interest: .writable))
    }

    @Test func anUnwatchedDescriptorIsSilent() throws {
        defer { closePipe() }
        try loop.watch(pipe.readEnd.rawValue, key: 1)
        try pipe.writeEnd.writeAll("x".utf8)
        loop.unwatch(pipe.readEnd.rawValue)
        #expect(loop.wait(until: 0) == 0)
        loop.unwatch(pipe.readEnd.rawValue)
        loop.unwatch(-1)
    }

    @Test func theOtherEndsCloseIsAHangUp() throws {
        try loop.watch(pipe.readEnd.rawValue, key: 1)
        try pipe.writeEnd.close()
        #expect(loop.wait(until: soon) == 1)
        #expect(!loop.event(0).interest.isDisjoint(with: .hangUp))
        try pipe.readEnd.close()
    }

    @Test func aPipeWithoutReaderHasFailed() throws {
        try loop.watch(pipe.writeEnd.rawValue, for: [], key: 1)
        try pipe.readEnd.close()
        #expect(loop.wait(until: soon) == 1)
        #expect(loop.event(0).interest.contains(.failed))
        try pipe.writeEnd.close()
    }

    @Test func moreEventsThanTheBufferHoldsComeInTurns() throws {
        defer { closePipe() }
        try pipe.writeEnd.writeAll("x".utf8)
        var copies: [FileDescriptor] = []
        defer { for copy in copies { try? copy.close() } }
        for key in 0..<150 {
            let copy = try pipe.readEnd.duplicate()
            copies.append(copy)
            try loop.watch(copy.rawValue, key: UInt64(key))
        }
        var seen: Set<UInt64> = []
        for _ in 0..<3 {
            for index in 0..<loop.wait(until: 0) { seen.insert(loop.event(index).key) }
        }
        #expect(seen.count == 150)
    }

    @Test func aRefusedDescriptorIsAnError() {
        defer { closePipe() }
        #expect(throws: Errno.badFileDescriptor) { try loop.watch(-1, key: 1) }
        #expect(throws: Errno.noSuchFileOrDirectory) {
            try loop.change(pipe.readEnd.rawValue, to: .readable, key: 1)
        }
    }

    @Test func anEventThatIsNotThereIsAProgrammingError() async {
        closePipe()
        await #expect(processExitsWith: .failure) {
            _ = try EventLoop().event(0)
        }
    }
}
